"""Columns of mean 0 and deviation 1, and the way back: gradient descent sees no other, a model none of these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lr_core.solvers.rank import norms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lr_core.statistics.statistic import Statistic

__all__ = ["Standardisation", "standardisation"]


@dataclass(frozen=True, slots=True, eq=False)
class Standardisation:
    """How raw rows [X y] become standardised ones.

    Attributes
    ----------
    intercept
        Whether columns are centred, and a column of ones stands last in the design.
    origin, mean
        The statistic's; subtracted one after the other, so that an offset costs no digits.
    scale
        Deviation of each column, about zero without an intercept; 1 where it is zero; shape (n_features + 1,).
    """

    intercept: bool
    origin: NDArray[np.float64]
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]

    def apply(self, X: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return rows [design target], shape (n_samples, n_features [+ 1] + 1)."""
        rows = (np.column_stack([X, y]) - self.origin - self.mean) / self.scale
        return np.insert(rows, -1, 1.0, axis=1) if self.intercept else rows

    def fold(self, parameters: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the coefficients of the raw columns, shape (n_features,)."""
        n_features = len(self.scale) - 1
        with np.errstate(over="ignore"):
            return np.asarray(parameters[:n_features] / self.scale[:-1] * self.scale[-1]) + 0.0


def standardisation(statistic: Statistic) -> Standardisation:
    """Return the standardisation that a statistic of at least one row asks for."""
    deviation = norms(statistic.factor) / np.sqrt(statistic.n_samples)
    scale = np.where(deviation > 0, deviation, 1.0)
    return Standardisation(statistic.intercept, statistic.origin, statistic.mean, scale)
