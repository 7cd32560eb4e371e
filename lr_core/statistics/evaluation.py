"""How well coefficients fit the rows of a statistic; the rows themselves are not needed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lr_core.errors import Fault, InvalidInput
from lr_core.statistics.offset import offset_at_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lr_core.statistics.statistic import Statistic

__all__ = ["Evaluation", "evaluate"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of a fit on its own rows, in the units of the target.

    Attributes
    ----------
    n_samples, n_tables
        Rows, and tables that they came from.
    df_resid
        Degrees of freedom that are left: rows less the parameters that the rows determine; not negative.
    r2
        Explained share of the target's scatter, about zero where there is no intercept; None for a
        constant target.
    adjusted_r2
        `r2` for the parameters it took; None where `r2` or a degree of freedom is missing.
    mse, rmse
        Mean of the squared residuals (over `n_samples`), and its root.
    """

    n_samples: int
    n_tables: int
    df_resid: int
    r2: float | None
    adjusted_r2: float | None
    mse: float
    rmse: float


def evaluate(
    statistic: Statistic, coef: Sequence[float], intercept: float, *, n_tables: int, rank: int | None = None
) -> Evaluation:
    """Evaluate any coefficients, best or not.

    Parameters
    ----------
    statistic
        Of at least one row.
    coef, intercept
        In the units of the raw columns.
    n_tables
        Only passed on.
    rank
        Number of independent columns where the solver knows it; None counts all columns.

    Raises
    ------
    InvalidInput
        The mean squared error is beyond the range of doubles.
    """
    n_samples = statistic.n_samples
    norm = _residual_norm(statistic, coef, intercept)
    rmse = norm / math.sqrt(n_samples)
    if not math.isfinite(rmse * rmse):
        raise InvalidInput(
            [Fault("expected a mean squared error below 1.8e308, found a larger one: give the target in a larger unit")]
        )
    df_total = n_samples - statistic.intercept
    df_resid = max(0, df_total - (statistic.n_features if rank is None else rank))
    total = math.hypot(*statistic.factor[:, -1].tolist())
    r2 = 1.0 - (norm / total) ** 2 if total else None
    adjusted_r2 = 1.0 - (1.0 - r2) * df_total / df_resid if r2 is not None and df_resid else None
    return Evaluation(n_samples, n_tables, df_resid, r2, adjusted_r2, rmse * rmse, rmse)


def _residual_norm(statistic: Statistic, coef: Sequence[float], intercept: float) -> float:
    """Return the root of ‖r_xy - R_xx·coef‖² + r_yy² + n·(error at the mean)²: squares only, so never negative."""
    factor = statistic.factor
    with np.errstate(over="ignore", invalid="ignore"):
        unexplained = factor[:, -1] - factor[:, :-1] @ np.asarray(coef, dtype=np.float64)
    try:
        at_mean = offset_at_mean(statistic, coef, intercept)
    except OverflowError:
        at_mean = math.inf
    return math.hypot(*unexplained.tolist(), math.sqrt(statistic.n_samples) * at_mean)
