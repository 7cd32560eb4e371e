"""Train cannot be reached for a minute, and tables come all the same."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

import pytest

from tests.e2e.cluster import FUNCTIONS, kubectl, pods, until
from tests.e2e_full.services import kill, manifest, wait_until_ready

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.e2e_full.subject import Subject

    Away = Callable[[], AbstractContextManager[None]]

QUOTA = "e2e-no-pods"
AWAY_S = 60.0
PERIOD_S = 5.0
TO_END_S = 120.0
TO_SETTLE_S = 900.0


@contextmanager
def without_room() -> Iterator[None]:
    """Let no pod start in the functions' namespace, and end those of train: requests for it wait in vain."""
    try:
        kubectl("-n", FUNCTIONS, "create", "quota", QUOTA, "--hard=pods=0")
        kill("lr-events")
        yield
    finally:
        kubectl("-n", FUNCTIONS, "delete", "quota", QUOTA, "--ignore-not-found")


@contextmanager
def without_service() -> Iterator[None]:
    """Have no Service lr-events: nothing answers under its name, and its Triggers lead nowhere."""
    again = json.dumps(manifest("lr-events"))
    try:
        kubectl("-n", FUNCTIONS, "delete", "ksvc", "lr-events")
        kill("lr-events")
        until(lambda: not pods("lr-events"), "train has no pod", TO_END_S)
        yield
    finally:
        kubectl("-n", FUNCTIONS, "apply", "-f", "-", stdin=again)
        wait_until_ready("lr-events")


def put_for_a_while(subject: Subject, coming: Iterator[bytes]) -> int:
    """Put a table every few seconds for a minute, and return how many."""
    began_s, number = time.monotonic(), 0
    while time.monotonic() < began_s + AWAY_S:
        subject.put(f"{number:02}.csv", next(coming))
        number += 1
        Event().wait(PERIOD_S)  # tables come one by one
    return number


@pytest.mark.parametrize("away", [without_room, without_service])
def test_tables_that_came_while_train_was_away_for_a_minute_are_learned_without_help(
    subject: Subject, small: Iterator[bytes], away: Away, say: Callable[[str], None]
) -> None:
    subject.put("before.csv", next(small))
    subject.wait_until_settled(TO_SETTLE_S)
    with away():
        number = put_for_a_while(subject, small)
        assert not subject.is_settled()
    began_s = time.monotonic()
    subject.wait_until_settled(TO_SETTLE_S)
    settled_s = time.monotonic() - began_s
    subject.check()
    letters = len(subject.letters())
    say(
        f"{number} tables came, all learned {settled_s:.0f} s after train was back; "
        f"{letters} of their events dead letters"
    )
