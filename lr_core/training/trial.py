"""Trying a training out: what it would give, with nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lr_core.cache.cache import Cache
from lr_core.cache.memory import Memory
from lr_core.errors import InvalidInput, ObjectChanged, ObjectNotFound, StoreUnavailable
from lr_core.repository import aliases
from lr_core.repository.keys import LATEST
from lr_core.repository.marks import Marks
from lr_core.training.present import is_kept_out, kept_out_error, look
from lr_core.training.request import TrainResult
from lr_core.training.training import Training

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lr_core.repository.alias import Alias
    from lr_core.store import Store
    from lr_core.training.plan import Plan
    from lr_core.training.request import TrainRequest
    from lr_core.training.table import Table

__all__ = ["DryRun", "Trial", "dry_run"]

ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class DryRun:
    """What `latest` is, None where it is not there, and what a training would make it."""

    before: TrainResult | None
    after: TrainResult

    def to_json(self) -> dict[str, Any]:
        """Return the summary of what would be, which has no generation, and the present one."""
        return {
            **self.after.to_json(),
            "generation": None,
            "before": self.before.to_json() if self.before else None,
        }


def dry_run(store: Store, request: TrainRequest, memory: Memory | None = None) -> DryRun:
    """Train on what is in the bucket and write nothing.

    Raises
    ------
    DatasetNotFound, InvalidInput, TrainingDiverged, StoreUnavailable
        As `train` would.
    """
    for _ in range(ATTEMPTS):
        training = Training(store, request, Cache(store, request.model, memory or Memory(), keeps=False))
        current = aliases.read(store, request.model, LATEST)
        try:
            after = training.successor(current) or current
        except (ObjectChanged, ObjectNotFound):
            continue
        return compared(request.model, current, after)
    raise StoreUnavailable(f"{request.model}: the bucket changes faster than it can be read")


def compared(model: str, current: Alias | None, after: Alias | None) -> DryRun:
    """Return the two summaries."""
    if after is None:
        raise ValueError("expected an alias, before or after")
    before = TrainResult(model, current, trained=False) if current else None
    return DryRun(before, TrainResult(model, after, trained=after.version != (current.version if current else None)))


class Trial:
    """A training on the tables of the bucket and others beside them, which keeps nothing.

    Parameters
    ----------
    progress, jobs
        As for `Training`.
    """

    def __init__(
        self, store: Store, request: TrainRequest, progress: Callable[[str], None] = lambda _text: None, jobs: int = 1
    ) -> None:
        self._store, self._model = store, request.model
        self.current: Alias | None = None
        cache = Cache(store, request.model, Memory(), keeps=False)
        self.training = Training(store, request, cache, progress, jobs)

    def beside(self, named: Mapping[str, Table]) -> Plan:
        """Return what is learned from tables, by the keys that they are to have, and those that are there.

        Raises
        ------
        InvalidInput
            With the faults of the tables that were named, or of others that count and that the recipe would leave out.
        """
        self.current = aliases.read(self._store, self._model, LATEST)
        marks = Marks(self._store, self._model)
        present = {table.key: table for table in look(self._store, self._model, marks).tables}
        together = sorted(({**present, **named}).items(), key=lambda item: item[0].encode())
        plan = self.training.plan(self.current, [table for _, table in together])
        refused = [error for table, error in plan.learning.refused if table in named.values()]
        forgotten = [kept_out_error(key) for key, table in named.items() if is_kept_out(key, table, marks)]
        faults = [fault for error in (*forgotten, *refused) for fault in error.faults]
        if faults:
            raise InvalidInput(faults)
        return plan
