"""Scenarios in which the statistics are shared too.

Elsewhere each operation has its own, so that a call there is no turn; here all are in the bucket, where a training
meets what others put and delete meanwhile, and where a forgetting has to leave none of a table's.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from tests.races.operations import (
    forgetting,
    in_turn,
    marking,
    promoting,
    rolling_back,
    sweeping,
    training,
    undoing,
    writing,
)
from tests.races.scenarios import A, B, Scenario, bucket_after, latest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lr_core.store import Stored
    from tests.races.execution import Operation

__all__ = ["SHARING"]

PLANTED = b"7654321"
SECRET = b"x,y\n7654321,8\n4,11\n"
"""A table that is forgotten; its first row is the origin of its statistic, which so holds the number as it is."""


def shared(*operations: Operation) -> list[Operation]:
    """Return operations that have their statistics in the bucket."""
    return [replace(operation, private="") for operation in operations]


@cache
def learned() -> dict[str, Stored]:
    """Return a bucket whose model was trained on a, then on a and the secret."""
    steps = [writing("user", ("a.csv", A)), training("event"), writing("user", ("b.csv", SECRET)), training("again")]
    return bucket_after(*shared(*steps))


def secret_version() -> str:
    """Return the version that learned the secret."""
    return latest(learned())


def settling() -> Sequence[Operation]:
    """Return what ends what others left, and a training."""
    return shared(sweeping("quiet sweep"), training("quiet"))


SHARING = [
    Scenario(
        "shared: trainings and a user",
        learned,
        lambda: shared(training("train#1"), training("train#2"), writing("user", ("c.csv", B), ("b.csv", None))),
        bound=2,
        soak_bound=4,
        quiet=lambda: shared(training("quiet")),
    ),
    Scenario(
        "shared: recipes and a rollback",
        learned,
        lambda: shared(
            training("train#1", intercept=False),
            rolling_back("rollback", "1"),
            training("train#2"),
            writing("user", ("b.csv", None)),
        ),
        bound=1,
        soak_bound=3,
        quiet=lambda: shared(training("quiet")),
    ),
    Scenario(
        "shared: forget beside a training",
        learned,
        lambda: shared(forgetting("forget", "b.csv"), training("train#1", intercept=False)),
        bound=1,
        quiet=settling,
        planted=PLANTED,
    ),
    Scenario(
        "shared: forget beside trainings and a user",
        learned,
        lambda: shared(
            forgetting("forget", "b.csv"),
            training("train#1"),
            training("train#2", intercept=False),
            writing("user", ("c.csv", B)),
        ),
        bound=0,
        soak_bound=1,
        quiet=settling,
        planted=PLANTED,
    ),
    Scenario(
        "shared: forget, sweep and training",
        learned,
        lambda: shared(forgetting("forget", "b.csv"), sweeping("sweep"), training("train#1", intercept=False)),
        bound=1,
        soak_bound=2,
        quiet=settling,
        planted=PLANTED,
    ),
    Scenario(
        "shared: a sweep ends a forget that was killed",
        learned,
        lambda: shared(
            in_turn("killed", marking("mark", "b.csv"), sweeping("sweep")),
            training("train#1", intercept=False),
            promoting("promote", secret_version(), "other"),
        ),
        bound=1,
        soak_bound=2,
        quiet=settling,
        planted=PLANTED,
    ),
    Scenario(
        "shared: forget, undo and training",
        learned,
        lambda: shared(forgetting("forget", "b.csv"), undoing("undo", "b.csv"), training("train#1", intercept=False)),
        bound=1,
        soak_bound=2,
        quiet=settling,
        planted=PLANTED,
    ),
]
