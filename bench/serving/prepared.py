"""What is there before anything is measured: a model in an S3 server on loopback, and the same by scikit-learn."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING

from bench.serving.calls import TABLE
from bench.serving.environments import environment
from lr_core.repository.keys import data_prefix
from lr_core.store import open_store
from lr_core.training.request import TrainRequest
from lr_core.training.train import train
from tests.s3 import s3_running

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lr_core.store import Store

__all__ = ["PEERS", "Prepared", "prepared"]

PEERS = Path(__file__).parents[1] / "peers"
BUCKET = "s3://bench"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A store with the model, a folder for what peers need, and the variables that lead predict to the store."""

    store: Store
    folder: Path
    environment: Mapping[str, str] = field(hash=False)

    def fitted(self, name: str, program: str = "fit.py") -> Path:
        """Return a folder with the model as the packages of one environment write it."""
        folder = self.folder / name
        if not folder.exists():
            folder.mkdir()
            table = self.folder / "table.csv"
            fit = [environment(name) / "python", PEERS / program, table, folder]
            fitted = subprocess.run(fit, capture_output=True, text=True, check=False)
            if fitted.returncode:
                sys.exit(f"error: {program} in {name}: expected a model, found\n{fitted.stderr}")
        return folder

    def learn(self, model: str) -> None:
        """Train a model."""
        learn(self.store, model)


@contextmanager
def prepared() -> Iterator[Prepared]:
    """Have all that for as long as the context lasts; the variables are as bare as a container's."""
    with TemporaryDirectory(prefix="lr-sgd-bench-") as place, s3_running(lambda: Path(mkdtemp(dir=place))) as access:
        folder = Path(place)
        (folder / "table.csv").write_bytes(TABLE)
        store = open_store(BUCKET, access, timeout_s=30)
        learn(store, "default")
        variables = {
            "LR_STORE": BUCKET,
            "AWS_ENDPOINT_URL": str(access.endpoint),
            "AWS_ACCESS_KEY_ID": str(access.access_key_id),
            "AWS_SECRET_ACCESS_KEY": str(access.secret_access_key),
        }
        yield Prepared(store, folder, variables)


def learn(store: Store, model: str) -> None:
    """Put the table and train."""
    store.create(f"{data_prefix(model)}a.csv", TABLE)
    train(store, TrainRequest(model, {"source": "bench", "id": "1"}))


def bare(programs: Path) -> dict[str, str]:
    """Return the variables of every server: its own environment's programs come first."""
    return {"PATH": f"{programs}:{os.environ['PATH']}", "LANG": "C.UTF-8", "HOME": os.environ.get("HOME", "/tmp")}  # noqa: S108
