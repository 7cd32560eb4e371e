"""Stores to test on: memory, a folder, and a real S3 server."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

from lr_core.store import open_store
from tests.s3 import s3_running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lr_core.settings import S3Settings
    from lr_core.store import Store


# No test asserts a time: an example that took long on a busy machine is no fault.
settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Settings]:
    """Run a real S3 server on loopback."""
    with s3_running(lambda: tmp_path_factory.mktemp("s3")) as settings:
        yield settings


@pytest.fixture(params=["memory", "file", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Open an empty store of each kind."""
    if request.param == "memory":
        return open_store("memory://")
    if request.param == "file":
        return open_store((tmp_path / "store").as_uri())
    return open_store(f"s3://tests/{uuid4()}", request.getfixturevalue("s3_server"), timeout_s=30)
