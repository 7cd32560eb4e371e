"""A real S3 server on loopback: SeaweedFS, in a folder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from lr_core.errors import LrError
from lr_core.settings import S3Settings
from lr_core.store import open_store
from tests.waiting import free_ports, within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["s3_running"]

ACCESS = S3Settings(access_key_id="tester", secret_access_key="not-a-secret")
STARTS, START_S = 3, 60
IDENTITY = {
    "name": "tester",
    "credentials": [{"accessKey": ACCESS.access_key_id, "secretKey": ACCESS.secret_access_key}],
    "actions": ["Admin", "Read", "Write", "List", "Tagging"],
}


@contextmanager
def s3_running(new_folder: Callable[[], Path]) -> Iterator[S3Settings]:
    """Run the server for as long as the context lasts, in a new folder each time that it has to be started again."""
    for _ in range(STARTS):
        folder = new_folder()
        (folder / "identities.json").write_text(json.dumps({"identities": [IDENTITY]}))
        command, settings = s3_command(folder)
        with (folder / "log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log, cwd=folder) as server:
            try:
                if within(START_S, lambda: writes(settings)):  # noqa: B023  -- it is asked within the loop
                    yield settings
                    return
            finally:
                os.kill(server.pid, signal.SIGKILL)  # it takes minutes to end by itself
    pytest.fail(f"the S3 server takes no object\n{(folder / 'log').read_text()[-4000:]}")


def s3_command(folder: Path) -> tuple[list[str], S3Settings]:
    """Return what runs an S3 server in a folder, and how to reach it."""
    names = [f"{part}.port{kind}" for part in ("s3", "master", "volume", "filer") for kind in ("", ".grpc")]
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    command = [
        str(Path(sys.executable).with_name("weed")),
        "server",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        f"-dir={folder}",
        "-s3",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        f"-s3.config={folder / 'identities.json'}",
        "-filer",
        "-master.telemetry=false",
        *(f"-{name}={port}" for name, port in ports.items()),
    ]
    address = f"http://127.0.0.1:{ports['s3.port']}"
    return command, replace(ACCESS, endpoint=address)


def writes(settings: S3Settings) -> bool:
    """Tell whether an S3 server takes an object; it makes the bucket."""
    try:
        open_store("s3://tests", settings, timeout_s=1).create(f"ready/{uuid4()}", b"")
    except LrError:
        return False
    return True
