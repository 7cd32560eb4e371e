"""What all tests share: profiles, an S3 server, and stores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.s3 import s3_running
from tests.stores import opened

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
    return opened(request, tmp_path)
