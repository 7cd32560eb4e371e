"""Stores to test on: memory, a folder, and a real S3 server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from lr_core.errors import LrError
from lr_core.settings import S3Settings
from lr_core.store import open_store
from tests.waiting import free_ports, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lr_core.store import Store

ACCESS = S3Settings(access_key_id="tester", secret_access_key="not-a-secret")
IDENTITY = {
    "name": "tester",
    "credentials": [{"accessKey": ACCESS.access_key_id, "secretKey": ACCESS.secret_access_key}],
    "actions": ["Admin", "Read", "Write", "List", "Tagging"],
}


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Settings]:
    """Run a real S3 server on loopback."""
    folder = tmp_path_factory.mktemp("s3")
    (folder / "identities.json").write_text(json.dumps({"identities": [IDENTITY]}))
    s3, s3_grpc, master, master_grpc, volume, volume_grpc, filer, filer_grpc = free_ports(8)
    ports = {
        "s3.port": s3,
        "s3.port.grpc": s3_grpc,
        "master.port": master,
        "master.port.grpc": master_grpc,
        "volume.port": volume,
        "volume.port.grpc": volume_grpc,
        "filer.port": filer,
        "filer.port.grpc": filer_grpc,
    }
    words = [f"-{name}={port}" for name, port in ports.items()]
    command = [
        str(Path(sys.executable).with_name("weed")),
        "server",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        f"-dir={folder}",
    ]
    command += [
        "-s3",
        "-s3.port.iceberg=0",
        f"-s3.config={folder / 'identities.json'}",
        "-filer",
        "-master.telemetry=false",
        *words,
    ]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log, cwd=folder) as server:
        settings = S3Settings(
            f"http://127.0.0.1:{s3}", access_key_id=ACCESS.access_key_id, secret_access_key=ACCESS.secret_access_key
        )
        try:
            until(lambda: writes(settings), f"the S3 server takes an object\n{(folder / 'log').read_text()[-2000:]}")
            yield settings
        finally:
            os.kill(server.pid, signal.SIGKILL)  # it takes minutes to end by itself


def writes(settings: S3Settings) -> bool:
    """Tell whether an S3 server takes an object; it makes the bucket."""
    try:
        open_store("s3://tests", settings, timeout_s=1).create(f"ready/{uuid4()}", b"")
    except LrError:
        return False
    return True


@pytest.fixture(params=["memory", "file", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Open an empty store of each kind."""
    if request.param == "memory":
        return open_store("memory://")
    if request.param == "file":
        return open_store((tmp_path / "store").as_uri())
    return open_store(f"s3://tests/{uuid4()}", request.getfixturevalue("s3_server"), timeout_s=30)
