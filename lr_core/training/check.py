"""Checking a table: what learning it beside the others would change, with nothing kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from lr_core.document import decode
from lr_core.statistics.evaluation import evaluate
from lr_core.training.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Callable

    from lr_core.cache.objects import TableStatistic
    from lr_core.document import Document
    from lr_core.statistics.evaluation import Evaluation
    from lr_core.store import Store
    from lr_core.training.request import TrainRequest
    from lr_core.training.table import Table

__all__ = ["Check", "check"]


@dataclass(frozen=True, slots=True)
class Check:
    """What learning a table would change.

    Attributes
    ----------
    table
        What the table amounts to.
    columns
        Those of its columns that would be learned, the target last.
    error
        How the present model does on the table's rows; None where there is none, or one of other columns.
    before, after
        The present model document, None where there is none, and the one that would be.
    """

    table: TableStatistic
    columns: tuple[str, ...]
    error: Evaluation | None
    before: Document | None
    after: Document


def check(
    store: Store, request: TrainRequest, key: str, table: Table, progress: Callable[[str], None] = lambda _text: None
) -> Check:
    """Learn a table beside those of the bucket, or in place of the one that has its key, and keep nothing.

    Raises
    ------
    InvalidInput
        The table cannot be learned, or was forgotten.
    TrainingDiverged
        The solver's hyperparameters do not suit the data.
    """
    trial = Trial(store, request, progress)
    renamed = Renamed(table, key)
    plan = trial.beside({key: renamed})
    found = trial.training.statistic(plan, renamed)
    stored = trial.current.model_document if trial.current else None
    before = decode(stored) if stored else None
    after = decode(trial.training.parts(plan)[-1])
    return Check(found, plan.recipe.columns, error_of(before, found, plan.recipe.columns), before, after)


def error_of(model: Document | None, table: TableStatistic, columns: tuple[str, ...]) -> Evaluation | None:
    """Return how a model does on a table's rows; its statistic knows."""
    if model is None or (*model.feature_names, model.target) != columns:
        return None
    return evaluate(table.statistic.whole(), model.coef, model.intercept, n_tables=1)


@dataclass(frozen=True, slots=True)
class Renamed:
    """A table under the key that it would have."""

    table: Table
    key: str

    @property
    def etag(self) -> str:
        """What tells its bytes from those that are stored under its key."""
        return f"sha256:{self.table.digest()}"

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self.table.size

    def open(self) -> BinaryIO:
        """Open the bytes as a stream."""
        return self.table.open()

    def digest(self) -> str:
        """Return SHA-256 of the bytes, as 64 hex digits."""
        return self.table.digest()
