"""The scenarios: from which bucket, who runs beside whom.

A scenario is a line of `SCENARIOS`; operations are made in `operations.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from lr_core.repository.alias import decode
from lr_core.repository.keys import LATEST, alias_key, history_key
from tests.races.calls import SteppedStore, perform
from tests.races.judge import Judge
from tests.races.operations import (
    MODEL,
    forgetting,
    in_turn,
    promoting,
    rolling_back,
    sweeping,
    training,
    undoing,
    writing,
)
from tests.races.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lr_core.store import Stored
    from tests.races.calls import Answer, Call
    from tests.races.execution import Operation

__all__ = ["SCENARIOS", "A", "B", "Scenario", "bucket_after", "grown", "latest", "of", "version"]

A = b"x,y\n1,2\n2,4\n3,7\n"
A_NEW = b"x,y\n1,3\n2,4\n3,9\n"
B = b"x,y\n4,8\n5,11\n"
BAD = b"x,y\n1,here\n"
PLANTED = b"7654321"
SECRET = b"x,y\n4,8\n7654321,11\n"
"""A table that is forgotten."""


def bucket_after(*operations: Operation, start: dict[str, Stored] | None = None) -> dict[str, Stored]:
    """Return what is in a bucket, by default an empty one, after operations, one after the other."""
    objects = start or {}

    def ask(call: Call) -> Answer:
        nonlocal objects
        answer, objects = perform(objects, call)
        return answer

    for operation in operations:
        operation.run(SteppedStore(ask, operation.private))
    return objects


def fresh() -> dict[str, Stored]:
    """Return a bucket with a table and no model."""
    return bucket_after(writing("user", ("a.csv", A)))


@cache
def grown() -> dict[str, Stored]:
    """Return a bucket whose model was trained on a, on a and b, and again on a."""
    trained = bucket_after(
        writing("user", ("a.csv", A)),
        training("event"),
        writing("user", ("b.csv", B)),
        training("again"),
        writing("user", ("b.csv", None)),
        training("event"),
    )
    return bucket_after(promoting("promote", latest(trained)), start=trained)


@cache
def learned() -> dict[str, Stored]:
    """Return a bucket whose model was trained on a, then on a and the secret; `production` is on the latter."""
    trained = bucket_after(
        writing("user", ("a.csv", A)),
        training("event"),
        writing("user", ("b.csv", SECRET)),
        training("again"),
    )
    return bucket_after(promoting("promote", latest(trained)), start=trained)


def unlearned() -> dict[str, Stored]:
    """Return a bucket with the secret and no model."""
    return bucket_after(writing("user", ("a.csv", A), ("b.csv", SECRET)))


def secret_version() -> str:
    """Return the version that learned the secret."""
    return latest(learned())


def with_other() -> dict[str, Stored]:
    """Return the learned bucket with another alias, which is on the version before the secret."""
    first = decode(learned()[history_key(MODEL, LATEST, 1)].data).version
    assert first
    return bucket_after(promoting("promote", first, "other"), start=learned())


def reborn_forgotten() -> dict[str, Stored]:
    """Return the learned bucket with the secret forgotten, and put back by its user."""
    return bucket_after(forgetting("before", "b.csv"), writing("user", ("b.csv", SECRET)), start=learned())


def latest(objects: dict[str, Stored]) -> str:
    """Return the version that `latest` names."""
    found = decode(objects[alias_key(MODEL, LATEST)].data).version
    assert found
    return found


def reborn() -> dict[str, Stored]:
    """Return that bucket without its alias, of which history is left."""
    return {key: item for key, item in grown().items() if key != alias_key(MODEL, LATEST)}


def version(generation: int) -> str:
    """Return the version of a past generation of the grown bucket."""
    found = decode(grown()[history_key(MODEL, LATEST, generation)].data).version
    assert found
    return found


@dataclass(frozen=True)
class Scenario:
    """Operations that run beside each other.

    Attributes
    ----------
    bound, soak_bound
        The preemptions up to which all runs are tried, in `make test-heavy` and in the soak; None for any number.
        Where there is a bound, `make test` tries all without preemption, and some at random.
    quiet
        What runs alone at the end; by default a training.
    planted, but
        See `Judge`.
    """

    name: str
    start: Callable[[], dict[str, Stored]]
    operations: Callable[[], Sequence[Operation]]
    bound: int | None = None
    soak_bound: int | None = None
    quiet: Callable[[], Sequence[Operation]] = lambda: [training("quiet")]
    planted: bytes = b""
    but: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name

    def search(self, only: Iterable[str] = (), operations: Sequence[Operation] = ()) -> Search:
        """Return a search through it, by all rules or by those named, of its operations or of others in their place."""
        judge = Judge(self.quiet(), self.planted, self.but, only)
        return Search(self.start(), operations or self.operations(), judge)


def of(name: str) -> Scenario:
    """Return a scenario by its name."""
    return next(scenario for scenario in SCENARIOS if scenario.name == name)


def forgets(name: str, operations: Callable[[], Sequence[Operation]], **more: Any) -> Scenario:
    """Return a scenario in which the secret is forgotten."""
    return Scenario(name, more.pop("start", learned), operations, planted=PLANTED, **more)


KEPT = ("data/m/b.csv",)
FORGETTING = [
    forgets("forget beside a training", lambda: [forgetting("forget", "b.csv"), training("train#1")]),
    forgets(
        "forget beside two trainings",
        lambda: [forgetting("forget", "b.csv"), training("train#1", intercept=False), training("train#2")],
        bound=1,
    ),
    forgets(
        "forget beside first trainings",
        lambda: [forgetting("forget", "b.csv"), training("train#1"), training("train#2")],
        start=unlearned,
        bound=1,
        soak_bound=3,
    ),
    forgets(
        "forget, rollback and training",
        lambda: [forgetting("forget", "b.csv"), rolling_back("rollback", "2"), training("train#1", intercept=False)],
        bound=1,
    ),
    forgets(
        "forget and promotions",
        lambda: [
            forgetting("forget", "b.csv"),
            promoting("promote#1", secret_version()),
            promoting("promote#2", secret_version(), "other"),
        ],
    ),
    forgets(
        "forget beside promotions of another alias",
        lambda: [
            forgetting("forget", "b.csv"),
            promoting("promote", secret_version(), "other"),
        ],
        start=with_other,
    ),
    forgets(
        "forget twice beside a training",
        lambda: [
            forgetting("forget#1", "b.csv"),
            forgetting("forget#2", "b.csv"),
            training("train#1", intercept=False),
        ],
        bound=1,
        soak_bound=2,
    ),
    forgets(
        "two tables forgotten",
        lambda: [forgetting("forget#1", "b.csv"), forgetting("forget#2", "a.csv"), training("train#1")],
        bound=1,
        soak_bound=2,
    ),
    forgets(
        "forget beside its user",
        lambda: [
            forgetting("forget", "b.csv"),
            writing("user", ("c.csv", B), ("b.csv", B), ("b.csv", SECRET)),
            training("train#1"),
        ],
        but=KEPT,
        bound=1,
    ),
    forgets(
        "forget, undo and training",
        lambda: [forgetting("forget", "b.csv"), undoing("undo", "b.csv"), training("train#1", intercept=False)],
        but=KEPT,
        bound=1,
    ),
    forgets(
        "forget beside who takes it back",
        lambda: [
            forgetting("forget", "b.csv"),
            in_turn("user", undoing("undo", "b.csv"), writing("put", ("b.csv", SECRET)), training("back")),
        ],
        but=KEPT,
    ),
    forgets(
        "undo, forget and training",
        lambda: [in_turn("user", undoing("undo", "b.csv"), forgetting("forget", "b.csv")), training("train#1")],
        start=reborn_forgotten,
    ),
    forgets(
        "forget, sweep and training",
        lambda: [forgetting("forget", "b.csv"), sweeping("sweep"), training("train#1", intercept=False)],
        bound=1,
        soak_bound=2,
    ),
]

SCENARIOS = [
    *FORGETTING,
    Scenario(
        "first trainings", fresh, lambda: [training("train#1"), training("train#2"), training("train#3")], bound=2
    ),
    Scenario("trainings of a new life", reborn, lambda: [training("train#1"), training("train#2")]),
    Scenario(
        "one event twice",
        grown,
        lambda: [training("train#1", "same"), training("train#2", "same"), writing("user", ("a.csv", A_NEW))],
    ),
    Scenario(
        "a, b, a beside a training",
        grown,
        lambda: [
            training("train#1"),
            in_turn(
                "round",
                writing("put", ("b.csv", B)),
                training("there", "again"),
                writing("delete", ("b.csv", None)),
                training("back", "event"),
            ),
        ],
    ),
    Scenario(
        "trainings and a user",
        grown,
        lambda: [
            training("train#1"),
            training("train#2"),
            writing("user", ("b.csv", B), ("a.csv", A_NEW), ("b.csv", None), ("c.csv", BAD), ("a.csv", A)),
        ],
        bound=2,
    ),
    Scenario(
        "the last table goes and comes back",
        grown,
        lambda: [training("train#1"), training("train#2"), writing("user", ("a.csv", None), ("a.csv", A_NEW))],
    ),
    Scenario(
        "a bad table in place of the only one",
        grown,
        lambda: [training("train#1"), training("train#2"), writing("user", ("a.csv", BAD), ("a.csv", None))],
    ),
    Scenario(
        "recipes",
        grown,
        lambda: [
            training("train#1", intercept=False),
            training("train#2", solver="sgd", hyperparameters={"epochs": 2}),
            writing("user", ("b.csv", B)),
        ],
    ),
    Scenario(
        "rollback, training and a user",
        grown,
        lambda: [rolling_back("rollback", "2"), training("train#1"), writing("user", ("a.csv", A_NEW), ("b.csv", B))],
    ),
    Scenario(
        "two rollbacks and a training",
        grown,
        lambda: [
            rolling_back("rollback#1", "1"),
            rolling_back("rollback#2", version(2)),
            training("train#1", intercept=False),
        ],
    ),
    Scenario(
        "promotions and a rollback",
        grown,
        lambda: [
            promoting("promote#1", version(1)),
            promoting("promote#2", version(2)),
            promoting("promote#3", version(2), "other"),
            rolling_back("rollback", "2"),
        ],
    ),
    Scenario(
        "three trainings and a user",
        grown,
        lambda: [
            training("train#1"),
            training("train#2", "again"),
            training("train#3", intercept=False),
            writing("user", ("b.csv", B), ("a.csv", A_NEW), ("b.csv", None)),
        ],
        bound=1,
        soak_bound=3,
    ),
    Scenario(
        "everybody",
        grown,
        lambda: [
            training("train#1"),
            training("train#2", intercept=False),
            rolling_back("rollback", "2"),
            promoting("promote", version(2)),
            writing("user", ("b.csv", B), ("a.csv", A_NEW), ("a.csv", None), ("a.csv", A)),
            in_turn("hourly", training("first ping"), training("second ping")),
        ],
        bound=0,
        soak_bound=2,
    ),
]
