"""Coefficients by gradient descent: standardise, descend, fold back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lr_core.errors import Fault, InvalidInput
from lr_core.solvers.descent import Problem, Settings, descend, smoothness
from lr_core.solvers.hyperparameters import hyperparameters
from lr_core.solvers.objective import penalties
from lr_core.solvers.rows import standardised
from lr_core.solvers.solution import Solution, constant_columns
from lr_core.solvers.standardisation import standardisation
from lr_core.statistics.offset import offset_at_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lr_core.solvers.descent import Point
    from lr_core.solvers.rows import Chunks
    from lr_core.solvers.standardisation import Standardisation
    from lr_core.statistics.statistic import Statistic

__all__ = ["solve"]


def solve(
    statistic: Statistic, feature_names: Sequence[str], read: Callable[[], Chunks], given: Mapping[str, object]
) -> Solution:
    """Descend from zero until the gradient, on standardised columns and target, is within `tol` in every component.

    Parameters
    ----------
    statistic
        Of exactly these rows: their means and deviations standardise them.
    feature_names
        For warnings, in the order of the columns.
    read
        Begins a pass over the rows as chunks (X, y), the same each time. It is called once where the rows fit in
        memory, else twice an epoch.
    given
        Hyperparameters; those that are missing get their defaults.

    Raises
    ------
    TrainingDiverged
        The steps grew instead of shrinking.
    InvalidInput
        There are no rows, a hyperparameter is wrong, or a coefficient is beyond the range of doubles.

    Notes
    -----
    Where columns are dependent the answer is one of the best, its predictions those of the exact solver, but not the
    one of minimum norm: it starts from zero on standardised columns.
    """
    spelled_out: dict[str, Any] = hyperparameters("sgd", given)
    settings = Settings(**spelled_out)
    if not statistic.n_samples:
        raise InvalidInput([Fault("expected at least one row to learn from, found none")])
    standard = standardisation(statistic)
    with np.errstate(over="ignore", invalid="ignore"):
        end = descend(_problem(statistic, standard, read, settings), settings)
        coef = tuple(standard.fold(end.parameters).tolist())
    warnings = (*constant_columns(statistic, feature_names), *_unfinished(end, settings))
    return Solution(coef, _intercept(statistic, standard, end, coef), None, warnings)


def _problem(
    statistic: Statistic, standard: Standardisation, read: Callable[[], Chunks], settings: Settings
) -> Problem:
    """Return the problem on standardised rows."""
    rows = standardised(read, standard, statistic.n_samples)
    batch_size = min(settings.batch_size, statistic.n_samples)
    columns = statistic.factor[:, :-1] / standard.scale[:-1] / np.sqrt(statistic.n_samples)
    # The column of ones has the curvature 1, and centred columns know nothing of it.
    largest_curvature = max(float(np.linalg.norm(columns, 2)) ** 2, 1.0)
    curvature = smoothness(rows(), largest_curvature, statistic.n_samples, batch_size)
    return Problem(rows, penalties(settings.alpha, standard), batch_size, curvature)


def _intercept(statistic: Statistic, standard: Standardisation, end: Point, coef: tuple[float, ...]) -> float:
    """Return the intercept in raw units, having checked that it and the coefficients are numbers."""
    learned = float(end.parameters[-1] * standard.scale[-1]) if statistic.intercept else 0.0
    if np.isfinite(coef).all():
        try:
            return offset_at_mean(statistic, coef, -learned) + 0.0
        except OverflowError:
            pass
    raise InvalidInput(
        [Fault("expected coefficients below 1.8e308, found a larger one: give the columns in units of like size")]
    )


def _unfinished(end: Point, settings: Settings) -> tuple[str, ...]:
    """Say what to do where the epochs ended before the descent."""
    if end.steepness <= settings.tol:
        return ()
    found = f"gradient descent did not converge in {settings.epochs} epochs"
    measure = f"its gradient is {end.steepness:.1e}, tol is {settings.tol:.1e}"
    return (f"{found} ({measure}): give more epochs, a larger tol or the solver exact",)
