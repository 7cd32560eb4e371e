"""From a solution to the three objects of a version."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET

from lr_core import __version__, document
from lr_core.document import EVALUATION, Document
from lr_core.identity import NUMERICS
from lr_core.repository.keys import version_of
from lr_core.repository.versions import Learned, Lineage
from lr_core.statistics.evaluation import evaluate
from lr_core.statistics.inference import infer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lr_core.cache.objects import Row
    from lr_core.recipe import Recipe
    from lr_core.solvers.solution import Solution
    from lr_core.statistics.evaluation import Evaluation
    from lr_core.statistics.inference import Inference
    from lr_core.statistics.statistic import Statistic

__all__ = ["Fit", "version_parts"]


@dataclass(frozen=True, slots=True)
class Fit:
    """What a training found.

    Attributes
    ----------
    digest
        Of what it was learned from, see `lr_core.identity.inputs_digest`.
    tables, statistic
        The tables in the order of their keys, and the statistic of all.
    """

    model: str
    digest: str
    recipe: Recipe
    tables: Sequence[Row]
    statistic: Statistic
    solution: Solution


def version_parts(fit: Fit) -> tuple[bytes, bytes, bytes]:
    """Return lineage, inference and model document as they are stored."""
    found = evaluate(
        fit.statistic,
        fit.solution.coef,
        fit.solution.intercept,
        n_tables=len(fit.tables),
        rank=fit.solution.rank,
    )
    interval = infer(fit.statistic, found)
    return lineage(fit), inference(interval), document.encode(described(fit, found, interval))


def described(fit: Fit, found: Evaluation, interval: Inference) -> Document:
    """Return the model document."""
    recipe, solution = fit.recipe, fit.solution
    return Document(
        model=fit.model,
        version=version_of(fit.digest),
        digest=fit.digest,
        numerics=NUMERICS,
        library=__version__,
        solver=recipe.solver,
        hyperparameters=dict(recipe.hyperparameters),
        target=recipe.columns[-1],
        features=[{"name": name} for name in recipe.columns[:-1]],
        feature_names=list(recipe.columns[:-1]),
        feature_means=interval.feature_means.tolist(),
        coef=list(solution.coef),
        intercept=solution.intercept,
        evaluation={**EVALUATION, **asdict(found)},
        warnings=[*solution.warnings, *unused_columns(fit.tables)],
        drop=list(recipe.drop) or UNSET,
        hash=list(recipe.hash) or UNSET,
    )


def inference(interval: Inference) -> bytes:
    """Return what an interval needs."""
    parts = {
        "format": 1,
        "n_samples": interval.n_samples,
        "intercept": interval.intercept,
        "feature_means": interval.feature_means.tolist(),
        "factor": interval.factor.tolist(),
        "residual_std": interval.residual_std,
        "df_resid": interval.df_resid,
    }
    return msgspec.json.encode(parts)


def lineage(fit: Fit) -> bytes:
    """Return the recipe and the tables."""
    learned = [Learned(row.key, row.digest, row.n_samples, row.n_dropped) for row in fit.tables]
    return msgspec.json.encode(Lineage(recipe=fit.recipe.to_json(), tables=learned))


def unused_columns(tables: Sequence[Row]) -> list[str]:
    """Warn of columns of text that the recipe does not name; they may have been meant to count."""
    names = sorted({name for table in tables for name in table.unused})
    if not names:
        return []
    shown = ", ".join(repr(name) for name in names[:100])
    return [f"columns of text are not used: {shown}"]
