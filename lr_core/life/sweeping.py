"""Sweeping: ending what was cut off, and letting go of what nobody names any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lr_core.life.forgetting import Forgetting, clear_statistics
from lr_core.life.keeping import let_go, unnamed
from lr_core.life.seen import Seen
from lr_core.repository.marks import Marks

if TYPE_CHECKING:
    from lr_core.store import Store
    from lr_core.training.request import TrainRequest

__all__ = ["Swept", "sweep"]

DAY = timedelta(days=1)
IN_FLIGHT = timedelta(hours=1)
"""Longer than a training takes, which needs what it has written: the clock spares it, unless something is forgotten."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: the tables whose forgetting it repeated, and the versions that it deleted."""

    forgotten: list[str]
    versions: list[str]


def sweep(store: Store, request: TrainRequest, *, seen: Seen | None = None, deletes_tables: bool = True) -> Swept:
    """End what a killed forget or trainer left, and delete versions that nobody names.

    The forgetting of each mark younger than a day is repeated, but leaves what happened since. Versions older than a
    day go that no alias names, nor the last thousand records of one.

    Parameters
    ----------
    request
        Which model, and how `latest` is moved to what the tables give that are not forgotten.
    seen
        What the process knows of objects that never change.
    deletes_tables
        Whether a table that is to be forgotten goes; who may not delete one sweeps without.
    """
    model = request.model
    now, seen = datetime.now(UTC), seen or Seen()
    young = [mark for mark in Marks(store, model).all() if now - datetime.fromisoformat(mark.at) < DAY]
    for mark in young:
        Forgetting(store, request, mark, only_old=True, seen=seen).complete(deletes_table=deletes_tables)
    gone = [version for version in unnamed(store, model, now - DAY, seen) if let_go(store, model, version)]
    clear_statistics(store, model, None if young or deletes_tables else now - IN_FLIGHT)
    return Swept([mark.key for mark in young], gone)
