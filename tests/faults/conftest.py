from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.figures import FIGURES, tables
from tests.faults.grounds import BucketGround, FolderGround, MemoryGround
from tests.soak import SOAK

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.grounds import Ground
    from tests.faults.operations import Operation

KINDS = ("memory", "file", "s3")


@pytest.fixture
def ground_of(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str, Operation], Ground]:
    """Return a way to the ground of an operation on a kind of store."""

    def ground(kind: str, operation: Operation) -> Ground:
        if kind == "memory":
            return MemoryGround(operation)
        if kind == "file":
            return FolderGround(operation, tmp_path)
        return BucketGround(operation, request.getfixturevalue("s3_server"))

    return ground


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many faults were injected, after the long proof."""
    if SOAK and FIGURES:
        terminalreporter.write_sep("=", "faults that were injected")
        terminalreporter.write_line("\n".join(tables()))
