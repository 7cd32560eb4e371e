"""Training on what is in the bucket, by one move of the alias `latest`."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import TYPE_CHECKING

from lr_core.cache.cache import Cache
from lr_core.cache.memory import Memory
from lr_core.errors import InvalidInput
from lr_core.repository import aliases
from lr_core.repository.keys import LATEST
from lr_core.telemetry.metrics import TRAININGS
from lr_core.training.request import TrainResult
from lr_core.training.training import Training

if TYPE_CHECKING:
    from collections.abc import Callable

    from lr_core.store import Store
    from lr_core.training.request import TrainRequest

__all__ = ["train"]

TRAINED, UNCHANGED, REFUSED, FAILED = ("trained",), ("unchanged",), ("refused",), ("failed",)

log = logging.getLogger(__name__)


def train(
    store: Store,
    request: TrainRequest,
    jobs: int = 1,
    memory: Memory | None = None,
    progress: Callable[[str], None] = lambda _text: None,
) -> TrainResult:
    """Train a model on its tables and move its alias `latest`.

    Where nothing changed since the last training there is nothing to do, and the result says so. A table that was
    learned before is not read again; one that cannot be learned is left out and named; the others go on.

    Parameters
    ----------
    jobs
        How many tables are read at once.
    memory
        What the process has read under `statistics/` of this store.
    progress
        Told what is being done, before each thing that may take long.

    Raises
    ------
    DatasetNotFound
        The bucket has no table for the model.
    InvalidInput
        The recipe cannot be; no table can be learned; or a new recipe would leave out a table that counts today.
    TrainingDiverged
        The solver's hyperparameters do not suit the data.
    StoreUnavailable
        The store did not answer; nothing is half-written.
    """
    began_s, result = perf_counter(), FAILED
    try:
        found = trained(store, request, jobs, memory, progress)
        result = TRAINED if found.trained else UNCHANGED
    except InvalidInput:
        result = REFUSED
        raise
    finally:
        TRAININGS.observe(perf_counter() - began_s, result)
    told(found)
    return found


def trained(
    store: Store, request: TrainRequest, jobs: int, memory: Memory | None, progress: Callable[[str], None]
) -> TrainResult:
    """Do the same without counting it."""
    training = Training(store, request, Cache(store, request.model, memory or Memory()), progress, jobs)
    alias, _ = aliases.move(store, request.model, LATEST, request.cause, training.successor)
    return TrainResult(request.model, alias, alias.version != training.version_before)


def told(result: TrainResult) -> None:
    """Log what a training left behind."""
    alias = result.alias
    fields = {
        "model": result.model,
        "version": alias.version,
        "generation": alias.generation,
        "excluded": alias.excluded_count,
    }
    log.info("trained" if result.trained else "nothing to train", extra={"fields": fields})
