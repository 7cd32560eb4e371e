"""Finding, keeping and clearing away what is derived from the tables of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from lr_core.cache.objects import decode, encode
from lr_core.errors import ObjectExists
from lr_core.repository.keys import statistic_key, statistics_prefix
from lr_core.store import find
from lr_core.telemetry.metrics import STATISTICS

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from lr_core.cache.memory import Memory
    from lr_core.cache.objects import Cached
    from lr_core.store import Store

__all__ = ["Cache"]

IN_MEMORY, IN_STORE, MISS = ("memory",), ("store",), ("miss",)

T = TypeVar("T", bound="Cached")


class Cache:
    """The objects under `statistics/<model>/`, each named by a hash of what it is made from.

    Parameters
    ----------
    memory
        What the process has read before.
    keeps
        Whether anything is written or deleted; a check and a dry run leave no trace.
    """

    def __init__(self, store: Store, model: str, memory: Memory, *, keeps: bool = True) -> None:
        self._store, self._model, self._memory = store, model, memory
        self.keeps = keeps
        self._put: set[str] = set()

    def get(self, name: str) -> Cached | None:
        """Return an object, or None where there is none or it cannot be read."""
        found, result = self._memory.get(self._model, name), IN_MEMORY
        if found is None:
            found = self._read(name)
            result = MISS if found is None else IN_STORE
        STATISTICS.add(result)
        return found

    def find(self, name: str, kind: type[T]) -> T | None:
        """Return an object of a kind, or None where there is none."""
        found = self.get(name)
        return found if isinstance(found, kind) else None

    def _read(self, name: str) -> Cached | None:
        key = statistic_key(self._model, name)
        stored = find(self._store, key)
        if stored is None:
            return None
        try:
            found = decode(stored.data)
        except ValueError:
            if self.keeps:
                self._store.delete(key)  # or it would be in the way of what it should have been
            return None
        self._memory.put(self._model, name, found, len(stored.data))
        return found

    def put(self, name: str, made: Cached) -> None:
        """Keep an object; under its name there can be no other."""
        data = encode(made)
        self._memory.put(self._model, name, made, len(data))
        if self.keeps:
            try:
                self._store.create(statistic_key(self._model, name), data)
            except ObjectExists:
                return
            self._put.add(name)

    def discard(self) -> None:
        """Take back what was put here."""
        self._store.delete(*(statistic_key(self._model, name) for name in sorted(self._put)))
        self._put.clear()

    def clear(self, needed: Collection[str], former: Collection[str] | None, before: datetime | None = None) -> None:
        """Delete what is not needed, here and in memory.

        Parameters
        ----------
        needed
            Names.
        former
            Names that were needed before this training; None where the bucket has to be asked what there is.
        before
            Spare what was written later: another process may be about to need it.
        """
        self._memory.retain(self._model, needed)
        if self.keeps:
            there = {*former, *self._put} if former is not None else self._names(before)
            self._store.delete(*(statistic_key(self._model, name) for name in sorted(there - set(needed))))

    def _names(self, before: datetime | None) -> set[str]:
        prefix = statistics_prefix(self._model)
        listed = self._store.list_objects(prefix)
        found = (item.key for item in listed if before is None or item.modified < before)
        return {key.removeprefix(prefix).removesuffix(".json") for key in found if key.endswith(".json")}
