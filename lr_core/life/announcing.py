"""Which training is announced: one that gave `latest` another version, and that nothing has superseded yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lr_core.repository.alias import decode
from lr_core.repository.keys import LATEST, history_key
from lr_core.store import find

if TYPE_CHECKING:
    from lr_core.repository.alias import Alias
    from lr_core.repository.aliases import Cause
    from lr_core.store import Store
    from lr_core.training.request import TrainResult

__all__ = ["announced"]


def announced(store: Store, result: TrainResult, cause: Cause) -> TrainResult | None:
    """Return what is to be said of a training, or None where nothing is.

    A cause that comes again, because the answer to it was lost, has the same to say again, as long as the generation
    that it brought about is the present one.
    """
    alias = result.alias
    if alias.cause != cause:
        return None
    if result.trained or version_before(store, result.model, alias) != alias.version:
        return replace(result, trained=True)
    return None


def version_before(store: Store, model: str, alias: Alias) -> str | None:
    """Return another version that `latest` had before, as far back as its present cause reaches; else the same one."""
    generation = alias.generation - 1
    while stored := find(store, history_key(model, LATEST, generation)):
        record = decode(stored.data)
        if record.cause != alias.cause or record.version != alias.version or not record.is_there:
            return record.version
        generation -= 1
    return None
