"""Models as predict holds them: read once, kept while they are young, served while they are read again.

The rule follows HTTP's own (RFC 5861, stale-while-revalidate and stale-if-error), with If-None-Match to the store.
"""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock, Thread
from time import monotonic, time
from typing import TYPE_CHECKING, NamedTuple

from lr_core.document import decode as decode_document
from lr_core.errors import ModelForgotten, ModelNotFound, ObjectNotFound, StoreUnavailable
from lr_core.names import is_name
from lr_core.repository.alias import decode as decode_alias
from lr_core.repository.keys import VERSION_PARTS, alias_key, is_version, version_key
from lr_core.telemetry.metrics import LOOKUPS, KeptModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from lr_core.document import Document
    from lr_core.model import LinearModel
    from lr_core.redaction import Redaction
    from lr_core.settings import Settings
    from lr_core.store import Store

__all__ = ["Models", "NotInMemory", "Served"]

ABSENT_TTL_S = 0.5
HIT, STALE, MISS = ("hit",), ("stale",), ("miss",)


class NotInMemory(Exception):
    """The answer would have to wait for the store."""


@dataclass(frozen=True, slots=True)
class Served:
    """What an alias or a version served when it was read: the model, and the document that it is made from.

    Attributes
    ----------
    generation
        The alias's; None where a version was asked for by its name.
    redaction
        What messages about rows for the model may quote; None for everything.
    moved_at, n_excluded
        When the alias moved there, and how many tables it left out; None and 0 where a version was asked for.
    """

    generation: int | None
    document: Document
    model: LinearModel
    redaction: Redaction | None = None
    moved_at: str | None = None
    n_excluded: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """What the store said of an alias or a version, and when.

    Attributes
    ----------
    served
        The model, or why there is none.
    etag
        The object's ETag; empty where it was not there.
    confirmed_at, asked_at
        When the store last said so, and when it was last asked, in vain too; seconds of the clock.
    """

    served: Served | ModelNotFound | ModelForgotten
    etag: str
    confirmed_at: float
    asked_at: float


class Target(NamedTuple):
    """What is asked for: what a model's alias names, or one version of it."""

    model: str
    version: str | None = None


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
        self._entries: OrderedDict[Target, Entry] = OrderedDict()
        self._absent: OrderedDict[Target, Entry] = OrderedDict()  # apart, so that names of nothing push out no model
        self._flights: dict[Target, Future[Entry]] = {}
        self._lives = 0
        self._lock = Lock()

    def connect(self) -> None:
        """Begin to read what routes without a name serve, where the first connection takes long.

        The first handshake of TLS in a process keeps its processor busy for tens of milliseconds. Begun at start they
        pass while the platform is not ready yet, and a request that comes meanwhile waits for the same read.
        """
        if self.store.url.startswith("s3://") and self._settings.s3.speaks_tls:
            self._refresh_behind(Target(self._settings.model))

    def get(self, model: str, version: str | None = None) -> Served:
        """Return what a model's alias serves, or one of its versions, waiting for the store where it has to.

        Raises
        ------
        ModelNotFound
            The bucket has no such model or version.
        ModelForgotten
            A table that the version was learned from was forgotten.
        StoreUnavailable
            The store did not answer, and nothing that may be served is kept.
        """
        with suppress(NotInMemory):
            return self.peek(model, version)
        LOOKUPS.add(MISS)
        return answer(self._refreshed(Target(model, version)))

    def peek(self, model: str, version: str | None = None) -> Served:
        """Return the same from memory.

        Raises
        ------
        NotInMemory
            The store has to be asked first.
        ModelNotFound, ModelForgotten
            The bucket had no such model or version when it was asked.
        """
        if not is_name(model):
            raise ModelNotFound(f"there is no model {model[:80]!r}")
        if version is not None and not is_version(version):
            raise ModelNotFound(f"there is no version {version[:80]!r} of model {model!r}")
        target = Target(model, version)
        entry = self._kept(target)
        if entry is None:
            raise NotInMemory
        if self._too_stale(entry):
            raise NotInMemory
        age_s, ttl_s = self._clock() - entry.asked_at, self._ttl_s(entry)
        if age_s > ttl_s:
            failed = entry.asked_at != entry.confirmed_at  # then nobody waits for the store again
            if age_s > 2 * ttl_s and not failed:
                raise NotInMemory
            self._refresh_behind(target)
            LOOKUPS.add(STALE)
        else:
            LOOKUPS.add(HIT)
        return answer(entry)

    def _ttl_s(self, entry: Entry) -> float:
        """Return how long an entry is young; that there is no model is soon no longer true."""
        ttl_s = self._settings.model_ttl_s
        return ttl_s if isinstance(entry.served, Served) else min(ttl_s, ABSENT_TTL_S)

    def _too_stale(self, entry: Entry) -> bool:
        limit_s = self._settings.model_max_stale_s
        return limit_s is not None and self._clock() - entry.confirmed_at > limit_s

    def _refresh_behind(self, target: Target) -> None:
        """Read an object again in a thread, unless somebody does already."""
        flight, is_ours = self._join(target)
        if is_ours:
            Thread(target=self._fly, args=(target, flight), daemon=True).start()

    def _refreshed(self, target: Target) -> Entry:
        """Read an object again, or wait for who does already: one read answers all who wait, also where it fails."""
        flight, is_ours = self._join(target)
        if is_ours:
            self._fly(target, flight)
        return flight.result()

    def _join(self, target: Target) -> tuple[Future[Entry], bool]:
        with self._lock:
            flight = self._flights.get(target)
            if flight is not None:
                return flight, False
            flight = self._flights[target] = Future()
            return flight, True

    def _fly(self, target: Target, flight: Future[Entry]) -> None:
        try:
            flight.set_result(self._refresh(target))
        except BaseException as error:  # noqa: BLE001  -- whoever waits raises it
            flight.set_exception(error)
        finally:
            with self._lock:
                if self._flights.get(target) is flight:
                    del self._flights[target]

    def _refresh(self, target: Target) -> Entry:
        """Ask the store and keep what it says; where it says nothing, what is kept may answer."""
        life, kept = self._lives, self._kept(target)
        try:
            entry = self._read(target, kept)
        except StoreUnavailable:
            if kept is None or self._too_stale(kept):
                raise
            entry = replace(kept, asked_at=self._clock())
        self._keep(target, entry, life)
        return entry

    def _read(self, target: Target, kept: Entry | None) -> Entry:
        key = self._key(target)
        now = self._clock()
        try:
            stored = self.store.get_unless(key, kept.etag) if kept and kept.etag else self.store.get(key)
        except ObjectNotFound:
            return Entry(absent(target), "", now, now)
        if stored is None and kept is not None:
            return replace(kept, confirmed_at=now, asked_at=now)
        return Entry(served(target, stored.data), stored.etag, now, now)  # type: ignore[union-attr]

    def _key(self, target: Target) -> str:
        if target.version is None:
            return alias_key(target.model, self._settings.alias)
        return version_key(target.model, target.version, VERSION_PARTS[-1])

    def forget(self) -> None:
        """Forget all, so that the next request of each model asks the store; what is being read is not kept."""
        with self._lock:
            self._lives += 1
            self._flights.clear()
            self._entries.clear()
            self._absent.clear()

    def kept(self) -> list[KeptModel]:
        """Name the models in memory that aliases serve, the last used first; for the metrics."""
        with self._lock:
            entries = list(reversed(self._entries.items()))
        now, now_s = self._clock(), time()
        return [
            kept_model(target.model, entry.served, now_s - (now - entry.confirmed_at))
            for target, entry in entries
            if target.version is None and isinstance(entry.served, Served)
        ]

    def _keep(self, target: Target, entry: Entry, life: int) -> None:
        is_there = isinstance(entry.served, Served)
        kept, other = (self._entries, self._absent) if is_there else (self._absent, self._entries)
        with self._lock:
            if life != self._lives:
                return  # it was read before all was forgotten
            other.pop(target, None)
            kept[target] = entry
            kept.move_to_end(target)
            while len(kept) > self._settings.model_cache:
                kept.popitem(last=False)

    def _kept(self, target: Target) -> Entry | None:
        """Return an entry and mark it as used."""
        with self._lock:
            for kept in (self._entries, self._absent):
                if target in kept:
                    kept.move_to_end(target)
                    return kept[target]
            return None


def answer(entry: Entry) -> Served:
    """Return what is served, or raise why nothing is."""
    if isinstance(entry.served, Served):
        return entry.served
    raise entry.served.with_traceback(None)


def kept_model(model: str, served: Served, confirmed_s: float) -> KeptModel:
    """Return what the metrics tell of a model that an alias serves."""
    moved_s = datetime.fromisoformat(served.moved_at).timestamp() if served.moved_at else 0.0
    version, generation = served.document.version, served.generation or 0
    return KeptModel(model, version, generation, moved_s, served.n_excluded, confirmed_s)


def absent(target: Target) -> ModelNotFound:
    """Return what is said of a model, or a version, that is not there."""
    version = f" with a version {target.version!r}" if target.version else ""
    return ModelNotFound(f"there is no model {target.model!r}{version}")


def served(target: Target, data: bytes) -> Served | ModelNotFound | ModelForgotten:
    """Return what an object's bytes serve."""
    alias = decode_alias(data) if target.version is None else None
    if alias is not None:
        if alias.model_document is None:
            return absent(target)
        data = alias.model_document
    try:
        document = decode_document(data)
    except ModelForgotten as error:
        return error
    if alias is None:
        return Served(None, document, document.to_model(), document.redaction)
    return Served(alias.generation, document, document.to_model(), document.redaction, alias.at, alias.excluded_count)
