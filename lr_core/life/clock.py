"""What the clock does: it brings every model to what its tables are now, whichever event went missing."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from lr_core.errors import HashKeyMissing, InvalidInput, LrError, ObjectExists, StoreUnavailable
from lr_core.life.announcing import announced
from lr_core.life.seen import Seen
from lr_core.life.sweeping import sweep
from lr_core.names import is_name
from lr_core.problem import loggable
from lr_core.repository import aliases
from lr_core.repository.keys import CLOCK, DATA, LATEST, MODELS
from lr_core.store import find
from lr_core.training.request import TrainRequest, TrainResult
from lr_core.training.train import train

if TYPE_CHECKING:
    from collections.abc import Callable

    from lr_core.cache.memory import Memory
    from lr_core.repository.aliases import Cause
    from lr_core.store import Store

__all__ = ["Clock"]

LIMIT_S = 540.0
"""How long a round goes on: less than the 600 s after which Knative ends a request."""

log = logging.getLogger(__name__)


class Clock:
    """Sweeps and trains models when it is time to, one or all of a bucket.

    Parameters
    ----------
    memory
        What the process has read under `statistics/`.
    limit_s
        Seconds after which a round of all models stops, to be continued by the next one.
    hash_key
        For the pseudonyms of hashed columns.
    """

    def __init__(self, store: Store, memory: Memory, limit_s: float = LIMIT_S, hash_key: str | None = None) -> None:
        self._store, self._memory, self._limit_s, self._hash_key = store, memory, limit_s, hash_key
        self._seen = Seen()

    def one(self, model: str, cause: Cause, progress: Callable[[str], None] = lambda _text: None) -> TrainResult | None:
        """Bring a model to what its tables are, and return what is to be announced.

        A table that cannot be learned is no fault of the clock's: its own event has said so.

        Parameters
        ----------
        progress
            Told what is being done, where there is anything to do.

        Raises
        ------
        HashKeyMissing
            The recipe hashes columns, and there is no key.
        StoreUnavailable
            The store did not answer; nothing is half-written.
        """
        request = TrainRequest(model, cause, hash_key=self._hash_key)
        if aliases.find(self._store, model, LATEST) is not None:
            sweep(self._store, request, seen=self._seen, deletes_tables=False)
        try:
            result = train(self._store, request, memory=self._memory, progress=progress)
        except HashKeyMissing:
            raise  # no table's fault, so no event of one has said so
        except InvalidInput as error:
            log.info("%s: the clock finds nothing to learn: %s", model, loggable(error))
            latest = aliases.read(self._store, model, LATEST)
            if latest is None:
                return None
            result = TrainResult(model, latest, trained=False)
        return announced(self._store, result, cause)

    def all(self, cause: Cause, announce: Callable[[TrainResult], None]) -> None:
        """Do the same for every model; a fault of one is logged and stops no other.

        A round that lasts too long stops, and the next one goes on behind the last model that was done. So it does
        where the process was killed while it learned one: a model that kills it keeps no other from its turn.

        Raises
        ------
        StoreUnavailable
            The models cannot be listed, or the store did not answer for one of them; said when the others are done. Who
            repeats the same cause hears what was not announced.
        """
        end = time.monotonic() + self._limit_s
        last, down = None, None
        for model in in_turn(models(self._store), self._last_done()):
            if last is not None and time.monotonic() > end:
                self._note(last)
                break
            last = model
            down = self._do(model, cause, announce) or down
        else:
            if find(self._store, CLOCK) is not None:
                self._store.delete(CLOCK)
        if down is not None:
            raise down

    def _do(self, model: str, cause: Cause, announce: Callable[[TrainResult], None]) -> StoreUnavailable | None:
        """Look after a model; return what a repetition may mend."""
        try:
            result = self.one(model, cause, self._noting(model))
        except StoreUnavailable as error:
            log.warning("%s: the clock could not look after this model: %s", model, error)
            return error
        except LrError as error:
            log.error("%s: the clock could not look after this model: %s", model, loggable(error))  # noqa: TRY400  -- it says enough
            return None
        except Exception:
            log.exception("%s: the clock could not look after this model", model)
            return None
        if result is not None:
            announce(result)
        return None

    def _last_done(self) -> str | None:
        stored = find(self._store, CLOCK)
        with suppress(ValueError):
            return msgspec.json.decode(stored.data, type=dict[str, str]).get("after") if stored else None
        return None

    def _noting(self, model: str) -> Callable[[str], None]:
        """Return what notes a model once there is something to do for it."""
        is_noted = False

        def note(_doing: str) -> None:
            nonlocal is_noted
            if not is_noted:
                is_noted = True
                self._note(model)

        return note

    def _note(self, model: str) -> None:
        """Note where the next round is to begin; whoever notes it first at once may be the one."""
        self._store.delete(CLOCK)
        with suppress(ObjectExists):
            self._store.create(CLOCK, msgspec.json.encode({"after": model}))


def models(store: Store) -> list[str]:
    """Return the names of all models that have tables or were trained, sorted."""
    found = set(store.list_folders(MODELS))
    try:
        found.update(store.list_folders(DATA))
    except InvalidInput as error:
        log.error("only models that were trained before are looked after: %s", loggable(error))  # noqa: TRY400  -- it says enough
    return sorted(name for name in found if is_name(name))


def in_turn(names: list[str], after: str | None) -> list[str]:
    """Return names in their order, those behind one of them first."""
    if after is None:
        return names
    return [name for name in names if name > after] + [name for name in names if name <= after]
