"""Why one table cannot be learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.cache.cache import Cache
from lr_core.errors import Fault, InvalidInput, ObjectChanged, ObjectNotFound
from lr_core.repository import aliases
from lr_core.repository.keys import LATEST
from lr_core.repository.marks import Marks
from lr_core.repository.tables import stored_table
from lr_core.training.asked import stored_recipe
from lr_core.training.learner import Learner
from lr_core.training.present import is_kept_out, kept_out_error

if TYPE_CHECKING:
    from lr_core.cache.memory import Memory
    from lr_core.store import Store
    from lr_core.training.request import TrainRequest, TrainResult

__all__ = ["is_there", "left_out", "refusal"]


def left_out(store: Store, result: TrainResult, request: TrainRequest, key: str, memory: Memory) -> InvalidInput | None:
    """Return why a training has left out a table; None where it has not.

    Parameters
    ----------
    request
        That of the training. An alias that it has not moved may have been rolled back, and then names no such table.
    """
    alias = result.alias
    for each in alias.excluded:
        if each["key"] == key:
            return said(each["problem"])
    names_all = alias.cause == request.cause and alias.excluded_count == len(alias.excluded)
    return None if names_all else refusal(store, request, key, memory)


def refusal(store: Store, request: TrainRequest, key: str, memory: Memory) -> InvalidInput | None:
    """Return why a table cannot be learned by the model's recipe; None where it can, or is not there.

    Parameters
    ----------
    memory
        What the process has read under `statistics/`: a table that was read before is not read again.
    """
    try:
        return looked_up(store, request, key, memory)
    except (ObjectChanged, ObjectNotFound):
        return None  # what it is now has an event of its own


def is_there(store: Store, model: str, key: str) -> bool:
    """Tell whether a table is in the bucket."""
    return stored_table(store, model, key) is not None


def said(problem: dict[str, object]) -> InvalidInput:
    """Return what an alias says of a table as the error that it was."""
    faults = problem.get("errors")
    texts = [str(fault["detail"]) for fault in faults] if isinstance(faults, list) else []
    return InvalidInput(Fault(text) for text in texts or [str(problem.get("detail", problem.get("title", "")))])


def looked_up(store: Store, request: TrainRequest, key: str, memory: Memory) -> InvalidInput | None:
    """Return the same; the table may change while it is looked at."""
    model = request.model
    alias = aliases.read(store, model, LATEST)
    marks = Marks(store, model)
    table = stored_table(store, model, key)
    if table is None:
        return None
    if is_kept_out(key, table, marks):
        return InvalidInput(kept_out_error(key).faults)
    learner = Learner(Cache(store, model, memory), hash_key=request.hash_key)
    try:
        recipe = learner.complete(stored_recipe(alias, request), [table])
        refused = learner.learn([table], recipe).refused
    except InvalidInput as error:
        return error
    return refused[0][1] if refused else None
