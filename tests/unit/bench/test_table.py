from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.table import Comparison, at_least, at_most, of_ours, row, times_as_fast

if TYPE_CHECKING:
    from bench.table import Promise


@pytest.mark.parametrize(
    ("promise", "ours", "kept"),
    [
        (at_most(1.1), 110.0, True),
        (at_most(1.1), 111.0, False),
        (at_least(0.6), 60.0, True),
        (at_least(0.6), 59.0, False),
        (times_as_fast(8), 12.5, True),
        (times_as_fast(8), 13.0, False),
        (of_ours(60, "MB"), 60.0, True),
        (of_ours(60, "MB"), 61.0, False),
    ],
)
def test_a_row_says_whether_a_promise_is_met(promise: Promise, ours: float, *, kept: bool) -> None:
    found = Comparison("figure", "peer", [ours, ours, 1e9], [100.0, 100.0, 100.0])
    assert promise.is_kept(found) is kept
    assert row(found, promise).endswith(f"{promise.text}: {'met' if kept else 'missed'}")


def test_a_row_without_a_promise_judges_nothing() -> None:
    assert row(Comparison("figure", "peer", [2.0], [4.0])).split()[1:4] == ["2", "4", "peer"]
    assert row(Comparison("figure", "peer", [2.0], [4.0])).endswith("for information")


def test_the_ratio_is_that_of_the_medians_and_the_quartiles_are_those_of_the_rounds() -> None:
    found = Comparison("figure", "peer", [1.0, 2.0, 30.0], [4.0, 4.0, 10.0])
    assert found.ratio == 0.5
    assert "0.50  0.38-1.75" in row(found)
