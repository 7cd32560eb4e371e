"""What the test of a whole restart shares with those that need none."""

from __future__ import annotations

from tests.e2e.conftest import no_other_store, pytest_runtest_makereport, trusted
from tests.e2e_full.conftest import (
    pytest_configure,
    pytest_report_header,
    pytest_terminal_summary,
    say,
    seed,
    small,
)

__all__ = [
    "no_other_store",
    "pytest_configure",
    "pytest_report_header",
    "pytest_runtest_makereport",
    "pytest_terminal_summary",
    "say",
    "seed",
    "small",
    "trusted",
]
