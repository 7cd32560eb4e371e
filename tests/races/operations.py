"""What runs in a scenario: trainings, moves by hand, and users who put and delete tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.errors import InvalidInput, ModelForgotten, ModelNotFound
from lr_core.life import point
from lr_core.life.forgetting import forget, undo
from lr_core.life.known import decided
from lr_core.life.sweeping import sweep
from lr_core.repository import marks
from lr_core.repository.keys import LATEST
from lr_core.training.request import TrainRequest
from lr_core.training.train import train
from tests.races.execution import Operation

if TYPE_CHECKING:
    from tests.races.calls import SteppedStore

__all__ = [
    "MODEL",
    "ROLLBACK",
    "forgetting",
    "in_turn",
    "marking",
    "promoting",
    "rolling_back",
    "sweeping",
    "training",
    "undoing",
    "writing",
]

MODEL = "m"
ROLLBACK = "lr-sgd rollback"
GONE = (ModelNotFound, ModelForgotten)


def training(name: str, event: str | None = None, **fields: object) -> Operation:
    """Return a training; of one that an event asks for, the event is the cause."""
    request = TrainRequest(MODEL, {"source": "/train", "id": event or name}, fields)
    return Operation(name, lambda store: train(store, request), (InvalidInput,))


def rolling_back(name: str, target: str) -> Operation:
    """Return a rollback."""
    cause = {"source": ROLLBACK, "id": name}
    return Operation(name, lambda store: (LATEST, point.rollback(store, MODEL, target, cause)), GONE)


def promoting(name: str, version: str, alias: str = "production") -> Operation:
    """Return a promotion of a version."""
    cause = {"source": "lr-sgd promote", "id": name}
    return Operation(name, lambda store: (alias, point.promote(store, MODEL, version, alias, cause)), GONE)


def writing(name: str, *steps: tuple[str, bytes | None]) -> Operation:
    """Return a user who puts tables, or deletes them where there are no bytes, one step after the other."""

    def run(store: SteppedStore) -> None:
        for table, data in steps:
            key = f"data/{MODEL}/{table}"
            if data is None:
                store.delete(key)
            else:
                store.put(key, data)

    return Operation(name, run)


def in_turn(name: str, *operations: Operation) -> Operation:
    """Return one operation that does several, one after the other."""

    def run(store: SteppedStore) -> None:
        for operation in operations:
            operation.run(store)

    errors = {error for operation in operations for error in operation.may_raise}
    forgets = next((operation.forgets for operation in operations if operation.forgets), None)
    return Operation(name, run, tuple(errors), forgets)


def forgetting(name: str, table: str) -> Operation:
    """Return what leaves no trace of a table's rows."""
    key = f"data/{MODEL}/{table}"
    cause = {"source": "lr-sgd forget", "id": name}

    def run(store: SteppedStore) -> None:
        forget(store, MODEL, key, cause)

    return Operation(name, run, (InvalidInput,), forgets=key)


def marking(name: str, table: str) -> Operation:
    """Return a forgetting that is killed once it has made its mark; what follows it in turn is to end it."""
    key = f"data/{MODEL}/{table}"
    cause = {"source": "lr-sgd forget", "id": name}

    def run(store: SteppedStore) -> None:
        marks.put(store, MODEL, decided(store, MODEL, key, cause))

    return Operation(name, run, (InvalidInput,), forgets=key)


def undoing(name: str, table: str) -> Operation:
    """Return what takes a decision to forget back."""

    def run(store: SteppedStore) -> None:
        undo(store, MODEL, f"data/{MODEL}/{table}")

    return Operation(name, run, (InvalidInput,))


def sweeping(name: str) -> Operation:
    """Return what ends the work that others left."""

    def run(store: SteppedStore) -> None:
        sweep(store, TrainRequest(MODEL, {"source": "lr-sgd sweep", "id": name}))

    return Operation(name, run)
