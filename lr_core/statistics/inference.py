"""What a prediction interval needs beside the model: s²·(1 + 1/n + ‖R⁻ᵀ(x - m)‖²) is the variance of a new observation.

A covariance of raw coefficients would do on paper; at an offset of 1e9 it gives negative variances.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lr_core.statistics.evaluation import Evaluation
    from lr_core.statistics.statistic import Statistic

__all__ = ["Inference", "infer"]


@dataclass(frozen=True, slots=True, eq=False)
class Inference:
    """The parts of an interval.

    Attributes
    ----------
    n_samples
        Rows.
    intercept
        Whether there is one; without, the means are zero and the variance has no term 1/n.
    feature_means
        Means of the raw columns, shape (n_features,).
    factor
        Upper triangular factor of the centred columns of X, shape (n_features, n_features).
    residual_std
        Root of the residual sum of squares over `df_resid`; None where no degree of freedom is left.
    df_resid
        Degrees of freedom.
    """

    n_samples: int
    intercept: bool
    feature_means: NDArray[np.float64]
    factor: NDArray[np.float64]
    residual_std: float | None
    df_resid: int


def infer(statistic: Statistic, evaluation: Evaluation) -> Inference:
    """Return what intervals need of a fit."""
    n_samples, df_resid = statistic.n_samples, evaluation.df_resid
    residual_std = evaluation.rmse * math.sqrt(n_samples / df_resid) if df_resid else None
    means = (statistic.origin + statistic.mean)[:-1]
    return Inference(n_samples, statistic.intercept, means, statistic.factor[:-1, :-1], residual_std, df_resid)
