"""Least squares from a statistic: back substitution, and a decomposition where the columns are dependent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lr_core.errors import Fault, InvalidInput
from lr_core.solvers.minimum_norm import dependent, minimum_norm, shortest
from lr_core.solvers.rank import norms, spectrum
from lr_core.solvers.solution import Solution, constant_columns, quoted
from lr_core.statistics.offset import offset_at_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lr_core.solvers.rank import Spectrum
    from lr_core.statistics.statistic import Statistic

__all__ = ["settle", "solve"]


def solve(statistic: Statistic, feature_names: Sequence[str]) -> Solution:
    """Return the least squares solution, of minimum norm where there are many.

    Parameters
    ----------
    statistic
        Of any number of rows but none.
    feature_names
        For warnings, in the order of the columns.

    Raises
    ------
    InvalidInput
        There are no rows, or a coefficient is beyond the range of doubles.
    """
    if not statistic.n_samples:
        raise InvalidInput([Fault("expected at least one row to learn from, found none")])
    varies = norms(statistic.factor[:, :-1]) > 0
    found, rank, tangled = _solve_varying(statistic, varies)
    coef = np.zeros(statistic.n_features)
    coef[varies] = found
    fitted = tuple((coef + 0.0).tolist())
    dependence = _dependence(feature_names, np.flatnonzero(varies)[tangled])
    warnings = constant_columns(statistic, feature_names) + dependence
    return Solution(fitted, _intercept(statistic, fitted), rank, warnings)


def settle(statistic: Statistic, feature_names: Sequence[str], descended: Solution, *, penalised: bool) -> Solution:
    """Return what gradient descent found, with its rank, and at minimum norm where the columns are dependent.

    Parameters
    ----------
    penalised
        Whether a penalty already chose among equally good coefficients.
    """
    varies = norms(statistic.factor[:, :-1]) > 0
    found, _, scale = _decompose(statistic, varies)
    rank = int(found.kept.sum())
    if penalised or rank == len(scale):
        return replace(descended, rank=rank)
    coef = np.zeros(statistic.n_features)
    coef[varies] = shortest(found, np.asarray(descended.coef)[varies], scale)
    fitted = tuple((coef + 0.0).tolist())
    dependence = _dependence(feature_names, np.flatnonzero(varies)[dependent(found)])
    return Solution(fitted, _intercept(statistic, fitted), rank, descended.warnings + dependence)


def _decompose(
    statistic: Statistic, varies: NDArray[np.bool_]
) -> tuple[Spectrum, NDArray[np.float64], NDArray[np.float64]]:
    """Return the spectrum of the columns that vary, their factor with the target's, and their norms."""
    factor = statistic.factor
    if not varies.all():
        factor = np.asarray(np.linalg.qr(factor[:, np.append(varies, [True])], mode="r"))
    scale = norms(factor[:-1, :-1])
    return spectrum(factor[:-1, :-1] / scale, _offsets(statistic, scale, varies)), factor, scale


def _solve_varying(
    statistic: Statistic, varies: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], int, NDArray[np.intp]]:
    """Return coefficients of the columns that vary, their rank, and the places of dependent ones among them."""
    found, factor, scale = _decompose(statistic, varies)
    columns, target = factor[:-1, :-1], factor[:-1, -1]
    rank = int(found.kept.sum())
    with np.errstate(over="ignore", invalid="ignore"):
        coef = _back_substitute(columns, target) if rank == len(scale) else minimum_norm(found, target, scale)
    return coef, rank, dependent(found)


def _back_substitute(triangle: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Solve triangle·coef = target.

    LU with partial pivoting of an upper triangle is L = I, U = triangle: numpy's solver does nothing but substitute.
    Columns are scaled by powers of two first, which rounds nothing and keeps sizes from overflowing.
    """
    power = np.exp2(np.frexp(norms(triangle))[1])
    return np.asarray(np.linalg.solve(triangle / power, target) / power)


def _offsets(statistic: Statistic, scale: NDArray[np.float64], varies: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how many standard deviations each mean is from zero."""
    means = np.abs(statistic.origin + statistic.mean)[:-1][varies]
    with np.errstate(over="ignore"):
        return np.asarray(np.minimum(means * np.sqrt(statistic.n_samples) / scale, 2.0**52))


def _intercept(statistic: Statistic, coef: tuple[float, ...]) -> float:
    """Return the intercept, having checked that it and the coefficients are numbers."""
    if np.isfinite(coef).all():
        try:
            return offset_at_mean(statistic, coef) + 0.0
        except OverflowError:
            pass
    raise InvalidInput(
        [Fault("expected coefficients below 1.8e308, found a larger one: give the columns in units of like size")]
    )


def _dependence(names: Sequence[str], tangled: NDArray[np.intp]) -> tuple[str, ...]:
    """Say which columns determine their coefficients only together."""
    if not len(tangled):
        return ()
    columns = quoted(names[place] for place in tangled)
    return (f"columns are linearly dependent, so the coefficients are the solution of minimum norm: {columns}",)
