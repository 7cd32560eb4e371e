"""The programs that a user has: mc and lr-sgd as the bucket's operator, curl as anybody."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.e2e.cluster import secret

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["BUCKET", "Operator", "curl", "lr_sgd", "run"]

BUCKET = "linear-regression"
WAIT_S = 120


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """Run a program and return what it prints; fail with what it complains of."""
    assert shutil.which(command[0]), f"{command[0]} is not on PATH; these tests use it as a user does"
    done = subprocess.run(
        command,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=WAIT_S,
    )
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}"
    return done.stdout


def curl(url: str, headers: Mapping[str, str], body: bytes) -> int:
    """Post a body with curl and return the status of the answer."""
    named = [word for name, value in headers.items() for word in ("--header", f"{name}: {value}")]
    shown = ["--silent", "--show-error", "--output", os.devnull, "--write-out", "%{http_code}"]
    return int(run(["curl", *shown, *named, "--data-binary", body.decode(), url]))


def lr_sgd(*words: str, **environment: str) -> str:
    """Run this project's command."""
    return run([str(Path(sys.executable).with_name("lr-sgd")), *words], environment)


@dataclass(frozen=True)
class Operator:
    """Who owns the bucket.

    Attributes
    ----------
    endpoint
        MinIO's URL on this machine.
    folder
        Where mc keeps its settings.
    """

    endpoint: str
    folder: Path

    def mc(self, *words: str) -> str:
        """Run MinIO's client; the server's name is `minio`."""
        user, password = self._credentials()
        parts = urlsplit(self.endpoint)
        url = f"{parts.scheme}://{user}:{password}@{parts.netloc}"
        return run(["mc", *words], {"MC_HOST_minio": url, "MC_CONFIG_DIR": str(self.folder)})

    def lr_sgd(self, *words: str) -> str:
        """Run this project's command on the bucket."""
        user, password = self._credentials()
        access = {"AWS_ENDPOINT_URL_S3": self.endpoint, "AWS_ACCESS_KEY_ID": user, "AWS_SECRET_ACCESS_KEY": password}
        return lr_sgd(*words, **access, LR_STORE=f"s3://{BUCKET}")

    def _credentials(self) -> tuple[str, str]:
        values = secret("minio-root")
        return values["MINIO_ROOT_USER"], values["MINIO_ROOT_PASSWORD"]
