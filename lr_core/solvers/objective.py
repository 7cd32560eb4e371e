"""What gradient descent minimises, on standardised rows [design target].

    f(u) = 1/(2n)·Σ(target - design·u)² + 1/2·Σ penalty·u²

It is scikit-learn's SGDRegressor: the squared loss with its half, and the half of alpha·‖coef‖² without the intercept.
There coef are those of the raw columns, so a standardised coefficient is penalised by alpha over its column's variance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from lr_core.solvers.standardisation import Standardisation

__all__ = ["loss_and_gradient", "penalties"]


def loss_and_gradient(
    chunks: Iterable[NDArray[np.float64]], parameters: NDArray[np.float64], penalty: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """Return f and its gradient in one pass over all rows.

    Parameters
    ----------
    chunks
        Standardised rows, the target last.
    parameters, penalty
        Shape (n_parameters,).
    """
    n_samples, squares, gradient = 0, 0.0, np.zeros_like(parameters)
    for rows in chunks:
        design, target = rows[:, :-1], rows[:, -1]
        error = design @ parameters - target
        gradient += design.T @ error
        squares += float(error @ error)
        n_samples += len(rows)
    pull = penalty * parameters
    return (squares / n_samples + float(pull @ parameters)) / 2, gradient / n_samples + pull


def penalties(alpha: float, standard: Standardisation) -> NDArray[np.float64]:
    """Return the penalty of each parameter, shape (n_parameters,); the intercept has none."""
    with np.errstate(over="ignore"):
        of_columns = np.minimum(alpha / standard.scale[:-1] / standard.scale[:-1], np.finfo(np.float64).max)
    return np.append(of_columns, [0.0]) if standard.intercept else of_columns
