"""Stores to test on: memory, a folder, and a real S3 server."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from lr_core.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from lr_core.store import Store

__all__ = ["opened"]


def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Open an empty store of the kind that a fixture's parameter names."""
    if request.param == "memory":
        return open_store("memory://")
    if request.param == "file":
        return open_store((tmp_path / "store").as_uri())
    return open_store(f"s3://tests/{uuid4()}", request.getfixturevalue("s3_server"), timeout_s=30)
