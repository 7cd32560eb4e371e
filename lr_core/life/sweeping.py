"""Sweeping: ending what was cut off, and letting go of what nobody names any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lr_core.life.forgetting import Forgetting, clear_statistics
from lr_core.life.keeping import let_go, unnamed
from lr_core.repository.marks import Marks

if TYPE_CHECKING:
    from lr_core.repository.aliases import Cause
    from lr_core.store import Store

__all__ = ["Swept", "sweep"]

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: the tables whose forgetting it repeated, and the versions that it deleted."""

    forgotten: list[str]
    versions: list[str]


def sweep(store: Store, model: str, cause: Cause) -> Swept:
    """End what a killed forget or trainer left, and delete versions that nobody names.

    The forgetting of each mark younger than a day is repeated, but leaves what happened since. Versions older than a
    day go that no alias names, nor the last thousand records of one.
    """
    now = datetime.now(UTC)
    young = [mark for mark in Marks(store, model).all() if now - datetime.fromisoformat(mark.at) < DAY]
    for mark in young:
        Forgetting(store, model, mark, only_old=True).complete(cause)
    gone = [version for version in unnamed(store, model, before=now - DAY) if let_go(store, model, version)]
    clear_statistics(store, model)
    return Swept([mark.key for mark in young], gone)
