"""Models as predict holds them: read once, kept while they are young, served while they are read again.

The rule follows HTTP's own (RFC 5861, stale-while-revalidate and stale-if-error), with If-None-Match to the store.
"""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING

from lr_core.document import decode as decode_document
from lr_core.errors import ModelNotFound, ObjectNotFound, StoreUnavailable
from lr_core.names import is_name
from lr_core.repository.alias import decode as decode_alias
from lr_core.repository.keys import alias_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from lr_core.document import Document
    from lr_core.model import LinearModel
    from lr_core.settings import Settings
    from lr_core.store import Store

__all__ = ["Models", "NotInMemory", "Served"]

ABSENT_TTL_S = 0.5


class NotInMemory(Exception):
    """The answer would have to wait for the store."""


@dataclass(frozen=True, slots=True)
class Served:
    """What an alias served when it was read: the model, and the document that it is made from."""

    generation: int
    document: Document
    model: LinearModel


@dataclass(frozen=True, slots=True)
class Entry:
    """What the store said of an alias, and when.

    Attributes
    ----------
    served
        None where there was no such model.
    etag
        The alias's ETag; empty where it was not there.
    confirmed_at, asked_at
        When the store last said so, and when it was last asked, in vain too; seconds of the clock.
    """

    served: Served | None
    etag: str
    confirmed_at: float
    asked_at: float


class Models:
    """The models of a bucket, by name; safe to use from many threads.

    Parameters
    ----------
    store, settings
        Where the models are; `alias`, `model_ttl_s`, `model_max_stale_s` and `model_cache` decide what is kept.
    clock
        Seconds that only grow.
    """

    def __init__(self, store: Store, settings: Settings, clock: Callable[[], float] = monotonic) -> None:
        self.store = store
        self._settings = settings
        self._clock = clock
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._absent: OrderedDict[str, Entry] = OrderedDict()  # apart, so that names of nothing push out no model
        self._flights: dict[str, Future[Entry]] = {}
        self._lock = Lock()

    def get(self, model: str) -> Served:
        """Return what a model's alias serves, waiting for the store where it has to.

        Raises
        ------
        ModelNotFound
            The bucket has no such model.
        StoreUnavailable
            The store did not answer, and nothing that may be served is kept.
        """
        with suppress(NotInMemory):
            return self.peek(model)
        return self._answer(model, self._refreshed(model))

    def peek(self, model: str) -> Served:
        """Return the same from memory.

        Raises
        ------
        NotInMemory
            The store has to be asked first.
        ModelNotFound
            The bucket had no such model when it was asked.
        """
        if not is_name(model):
            raise ModelNotFound(f"there is no model {model[:80]!r}")
        entry = self._kept(model)
        if entry is None:
            raise NotInMemory
        if self._too_stale(entry):
            raise NotInMemory
        age_s, ttl_s = self._clock() - entry.asked_at, self._ttl_s(entry)
        if age_s > ttl_s:
            failed = entry.asked_at != entry.confirmed_at  # then nobody waits for the store again
            if age_s > 2 * ttl_s and not failed:
                raise NotInMemory
            self._refresh_behind(model)
        return self._answer(model, entry)

    def _answer(self, model: str, entry: Entry) -> Served:
        if entry.served is None:
            raise ModelNotFound(f"there is no model {model!r}")
        return entry.served

    def _ttl_s(self, entry: Entry) -> float:
        """Return how long an entry is young; that there is no model is soon no longer true."""
        ttl_s = self._settings.model_ttl_s
        return min(ttl_s, ABSENT_TTL_S) if entry.served is None else ttl_s

    def _too_stale(self, entry: Entry) -> bool:
        limit_s = self._settings.model_max_stale_s
        return limit_s is not None and self._clock() - entry.confirmed_at > limit_s

    def _refresh_behind(self, model: str) -> None:
        """Read an alias again in a thread, unless somebody does already."""
        flight, is_ours = self._join(model)
        if is_ours:
            Thread(target=self._fly, args=(model, flight), daemon=True).start()

    def _refreshed(self, model: str) -> Entry:
        """Read an alias again, or wait for who does already: one read answers all who wait, also where it fails."""
        flight, is_ours = self._join(model)
        if is_ours:
            self._fly(model, flight)
        return flight.result()

    def _join(self, model: str) -> tuple[Future[Entry], bool]:
        with self._lock:
            flight = self._flights.get(model)
            if flight is not None:
                return flight, False
            flight = self._flights[model] = Future()
            return flight, True

    def _fly(self, model: str, flight: Future[Entry]) -> None:
        try:
            flight.set_result(self._refresh(model))
        except BaseException as error:  # noqa: BLE001  -- whoever waits raises it
            flight.set_exception(error)
        finally:
            with self._lock:
                del self._flights[model]

    def _refresh(self, model: str) -> Entry:
        """Ask the store and keep what it says; where it says nothing, what is kept may answer."""
        kept = self._kept(model)
        try:
            entry = self._read(model, kept)
        except StoreUnavailable:
            if kept is None or self._too_stale(kept):
                raise
            entry = replace(kept, asked_at=self._clock())
        self._keep(model, entry)
        return entry

    def _read(self, model: str, kept: Entry | None) -> Entry:
        key = alias_key(model, self._settings.alias)
        now = self._clock()
        try:
            stored = self.store.get_unless(key, kept.etag) if kept and kept.etag else self.store.get(key)
        except ObjectNotFound:
            return Entry(None, "", now, now)
        if stored is None and kept is not None:
            return replace(kept, confirmed_at=now, asked_at=now)
        return Entry(served(stored.data), stored.etag, now, now)  # type: ignore[union-attr]

    def forget(self) -> None:
        """Forget all, so that the next request of each model asks the store."""
        with self._lock:
            self._entries.clear()
            self._absent.clear()

    def _keep(self, model: str, entry: Entry) -> None:
        kept, other = (self._absent, self._entries) if entry.served is None else (self._entries, self._absent)
        with self._lock:
            other.pop(model, None)
            kept[model] = entry
            kept.move_to_end(model)
            while len(kept) > self._settings.model_cache:
                kept.popitem(last=False)

    def _kept(self, model: str) -> Entry | None:
        """Return an entry and mark it as used."""
        with self._lock:
            for kept in (self._entries, self._absent):
                if model in kept:
                    kept.move_to_end(model)
                    return kept[model]
            return None


def served(data: bytes) -> Served | None:
    """Return what an alias's bytes serve; None where it names no version."""
    alias = decode_alias(data)
    if alias.model_document is None:
        return None
    document = decode_document(alias.model_document)
    return Served(alias.generation, document, document.to_model())
