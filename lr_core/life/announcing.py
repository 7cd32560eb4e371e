"""Which training is announced: one that gave `latest` another version, and that nothing has superseded yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lr_core.repository.alias import decode
from lr_core.repository.keys import LATEST, history_key
from lr_core.store import find

if TYPE_CHECKING:
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
    if result.trained:
        return result
    stored = find(store, history_key(result.model, LATEST, alias.generation - 1))
    before = decode(stored.data).version if stored else None
    return replace(result, trained=True) if before != alias.version else None
