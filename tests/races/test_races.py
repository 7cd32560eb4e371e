"""No interleaving of trainings, moves by hand, forgettings and users breaks an invariant."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.races.figures import SEARCHED, Searched
from tests.races.scenarios import SCENARIOS
from tests.races.search import Found
from tests.races.sharing import SHARING
from tests.soak import SOAK, SOAK_S, START_SEED, as_deep

if TYPE_CHECKING:
    from tests.races.scenarios import Scenario
    from tests.races.search import Search

ALL = [*SCENARIOS, *SHARING]
DRAWN = 20
"""Random runs of a scenario with more runs than are tried, but in the long proof."""


@pytest.mark.deeper
@pytest.mark.parametrize("scenario", ALL, ids=str)
def test_no_interleaving_breaks_an_invariant(scenario: Scenario) -> None:
    within_two_minutes = None if scenario.bound is None else 0
    bound = as_deep(light=within_two_minutes, heavy=scenario.bound, soak=scenario.soak_bound)
    search = scenario.search()
    try:
        runs = search.all(bound)
        assert not isinstance(runs, Found), f"{scenario}, up to {bound} preemptions: {runs}"
        states, is_complete = search.states, search.is_complete
        drawn = 0 if is_complete else draw(search, scenario)
        SEARCHED.append(Searched(str(scenario), None if is_complete else bound, runs, states, drawn, START_SEED))
    finally:
        search.close()


def draw(search: Search, scenario: Scenario) -> int:
    """Run at random, from the first seed on, and return how often."""
    large = sum(each.soak_bound is not None for each in ALL)
    end = time.monotonic() + SOAK_S / large
    number = 0
    while time.monotonic() < end if SOAK else number < DRAWN:
        found = search.random(START_SEED + number)
        assert found is None, f"{scenario}, LR_SOAK_SEED={START_SEED + number}: {found}"
        number += 1
    return number
