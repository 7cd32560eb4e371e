"""Train's pods are killed while they train."""

from __future__ import annotations

import time
from threading import Event
from typing import TYPE_CHECKING

import numpy as np

from tests.e2e.cluster import until
from tests.e2e_full.services import has_pod, how_to_kill, kill
from tests.e2e_full.tables import long_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.e2e_full.subject import Subject

KILLS = 20
N_SAMPLES, TIMES = 200_000, 12
"""A table of 187 MB takes seconds."""

TO_START_S = 600.0
TO_SETTLE_S = 900.0


def time_of_one(subject: Subject, table: bytes) -> float:
    """Put a table and return the seconds until it was learned."""
    began_s = time.monotonic()
    subject.put("long.csv", table)
    subject.wait_until_settled(TO_SETTLE_S)
    return time.monotonic() - began_s


def test_train_killed_at_20_random_moments_ends_with_the_right_model(
    subject: Subject, small: Iterator[bytes], seed: int, say: Callable[[str], None]
) -> None:
    long, random = long_tables(seed, N_SAMPLES, TIMES), np.random.default_rng(seed)
    subject.put("small.csv", next(small))
    subject.wait_until_settled(TO_SETTLE_S)  # now all pods are awake
    whole_s = time_of_one(subject, next(long))
    was_done = []
    for _ in range(KILLS):
        subject.put("long.csv", next(long))
        until(lambda: has_pod("lr-events"), "train has a pod", TO_START_S)
        Event().wait(random.uniform(0, whole_s))  # a moment, of which nothing is expected
        was_done.append(subject.is_settled())
        kill("lr-events")
    latest = subject.wait_until_settled(TO_SETTLE_S)
    subject.check()
    say(
        f"{KILLS} kills ({' '.join(how_to_kill())}) up to {whole_s:.1f} s after an upload, "
        f"{was_done.count(False)} before it was learned; version {latest.version}, generation {latest.generation}"
    )
