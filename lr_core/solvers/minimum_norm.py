"""The answer where the columns are dependent: of all that fit equally well, the one of minimum norm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lr_core.solvers.rank import NOISE, norms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lr_core.solvers.rank import Spectrum

__all__ = ["dependent", "minimum_norm", "shortest"]

TAKES_PART = 2.0**-20
"""A column with a smaller share in every dependence has no part in one, but for rounding."""


def minimum_norm(found: Spectrum, target: NDArray[np.float64], scale: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the least squares solution with the smallest ‖coef‖ in the units of the raw columns.

    Parameters
    ----------
    found
        Of the columns over `scale`.
    target
        Shape (n_rows,).
    scale
        Norms of the raw columns, shape (n_columns,), positive.

    Notes
    -----
    The truncated decomposition gives one solution of the scaled problem; what it has along the raw null space is then
    projected out. A singular value is judged where the columns are scaled, a norm counts where they are not.
    """
    kept = found.kept
    scaled = found.right[kept].T @ ((found.left[:, kept].T @ target) / found.values[kept])
    return shortest(found, scaled / scale, scale)


def shortest(found: Spectrum, coef: NDArray[np.float64], scale: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the coefficients of minimum norm that fit as well as these; for parameters see `minimum_norm`."""
    null = _echelon(found.right[~found.kept]) / scale
    basis, _ = np.linalg.qr(null.T / norms(null.T))
    return np.asarray(coef - basis @ (basis.T @ coef))


def dependent(found: Spectrum) -> NDArray[np.intp]:
    """Return the places of the columns that take part in a linear dependence, in their order."""
    return np.flatnonzero(np.abs(found.right[~found.kept]).max(axis=0, initial=0.0) > TAKES_PART)


def _echelon(null: NDArray[np.float64]) -> NDArray[np.float64]:
    """Reduce the rows of a null space to one dependence each (Gauss and Jordan, complete pivoting).

    Rows that mix dependences of columns of very different size would be parallel to all digits in raw units.
    """
    rows = null.copy()
    free = np.ones(len(rows), dtype=np.bool_)
    for _ in range(len(rows)):
        candidates = np.where(free[:, None], np.abs(rows), -1.0)
        pivot, column = np.unravel_index(candidates.argmax(), rows.shape)
        rows[pivot] /= rows[pivot, column]
        others = np.arange(len(rows)) != pivot
        rows[others] -= np.outer(rows[others, column], rows[pivot])
        free[pivot] = False
    rows[np.abs(rows) < NOISE] = 0.0
    return rows
