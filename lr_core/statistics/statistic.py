"""The sufficient statistic of least squares: what a table's rows amount to, in p² numbers.

A statistic holds the triangular factor R of the centred [X y], not the Gram matrix RᵀR, whose condition number is
the square; and the mean in two parts, an exact origin and the mean's distance from it, so that an offset of 1e12
costs no digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from lr_core.errors import Fault, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["Statistic", "accumulate", "merge", "nothing", "summarise"]


@dataclass(frozen=True, slots=True, eq=False)
class Statistic:
    """All that least squares needs to know of some rows [X y].

    Attributes
    ----------
    n_samples
        Number of rows; zero for the identity of `merge`, see `nothing`.
    intercept
        Whether the rows are centred; without, `origin` and `mean` are zero.
    origin
        A row near the data, exact, shape (n_features + 1,), the target last.
    mean
        Mean of the rows minus `origin`, shape (n_features + 1,).
    factor
        Upper triangular R with RᵀR = CᵀC of the centred rows C, its diagonal not negative,
        shape (n_features + 1, n_features + 1).
    """

    n_samples: int
    intercept: bool
    origin: NDArray[np.float64]
    mean: NDArray[np.float64]
    factor: NDArray[np.float64]

    @property
    def n_features(self) -> int:
        """Number of columns of X."""
        return len(self.origin) - 1


def nothing(n_features: int, *, intercept: bool) -> Statistic:
    """Return the statistic of no rows, the identity of `merge`."""
    width = n_features + 1
    return Statistic(0, intercept, np.zeros(width), np.zeros(width), np.zeros((width, width)))


def summarise(X: NDArray[np.float64], y: NDArray[np.float64], *, intercept: bool) -> Statistic:
    """Return the statistic of one chunk of rows.

    Parameters
    ----------
    X
        Finite, shape (n_samples, n_features).
    y
        Finite, shape (n_samples,).
    intercept
        Whether to centre, which is what an intercept does to the other coefficients.

    Raises
    ------
    InvalidInput
        A difference of two rows is beyond the range of doubles.
    """
    rows = np.column_stack([X, y])
    if not len(rows):
        return nothing(X.shape[1], intercept=intercept)
    if not intercept:
        zero = np.zeros(rows.shape[1])
        return Statistic(len(rows), intercept, zero, zero, _triangle(rows))
    origin = rows[0].copy()
    with np.errstate(over="ignore", invalid="ignore"):
        rows -= origin
        mean = rows.mean(axis=0)
        rows -= mean
        residue = rows.mean(axis=0)  # what rounding left of the mean
        rows -= residue
    return Statistic(len(rows), intercept, origin, mean + residue, _triangle(rows))


def merge(a: Statistic, b: Statistic) -> Statistic:
    """Return the statistic of the rows of both, about the origin of `a`.

    The scatter of a union is the sum of the scatters and of n₁n₂/n·ΔΔᵀ, Δ being the difference of the means (Chan,
    Golub and LeVeque 1983, "Algorithms for computing the sample variance"); in factors, a QR of all three stacked.

    Raises
    ------
    InvalidInput
        A difference of the two means is beyond the range of doubles.
    ValueError
        The two are of different columns, or one is centred and the other not.
    """
    if a.intercept != b.intercept or a.n_features != b.n_features:
        raise ValueError("expected statistics of the same columns and the same intercept")
    if not a.n_samples or not b.n_samples:
        return a if a.n_samples else b
    n_samples = a.n_samples + b.n_samples
    with np.errstate(over="ignore", invalid="ignore"):
        # In this order: the origins are exact and near each other, so their difference loses nothing.
        delta = (a.origin - b.origin) + (a.mean - b.mean)
        between = np.sqrt(a.n_samples * (b.n_samples / n_samples)) * delta
    factor = _triangle(np.vstack([a.factor, b.factor, between]))
    return Statistic(n_samples, a.intercept, a.origin, a.mean - b.n_samples / n_samples * delta, factor)


def accumulate(
    chunks: Iterable[tuple[NDArray[np.float64], NDArray[np.float64]]], n_features: int, *, intercept: bool
) -> Statistic:
    """Return the statistic of a stream of chunks (X, y), merged from the first to the last."""
    each = (summarise(X, y, intercept=intercept) for X, y in chunks)
    return reduce(merge, each, nothing(n_features, intercept=intercept))


def _triangle(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the square R of a Householder QR, its diagonal not negative, so that equal scatters have equal factors."""
    if not np.isfinite(rows).all():
        raise InvalidInput(
            [Fault("expected columns that span less than 1.8e308, found a wider one: give it in a larger unit")]
        )
    factor = np.linalg.qr(rows, mode="r")
    factor[np.diagonal(factor) < 0] *= -1
    square = np.zeros((rows.shape[1], rows.shape[1]))
    square[: len(factor)] = np.triu(factor)
    return square + 0.0  # turns -0.0 into 0.0
