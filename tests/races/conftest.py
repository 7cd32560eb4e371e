from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lr_core.repository import aliases
from tests.races.dict_store import NOW
from tests.races.figures import SEARCHED, table
from tests.soak import SOAK

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    """Let all happen in one moment: an operation must be a function of the answers that it gets."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aliases, "now", lambda: NOW.isoformat(timespec="milliseconds").replace("+00:00", "Z"))
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was searched, after the long proof."""
    if SOAK and SEARCHED:
        terminalreporter.write_sep("=", "races that were searched, without a violation")
        terminalreporter.write_line("\n".join(table()))
