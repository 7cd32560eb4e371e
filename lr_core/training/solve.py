"""From the statistics of tables (and, for gradient descent, their rows) to coefficients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.data.rows import Rows
from lr_core.solvers import exact, sgd

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from lr_core.recipe import Recipe
    from lr_core.solvers.solution import Solution
    from lr_core.statistics.statistic import Statistic
    from lr_core.training.table import Table

__all__ = ["solve"]


def solve(recipe: Recipe, statistic: Statistic, tables: Sequence[Table]) -> Solution:
    """Return the coefficients that a recipe's solver finds.

    Parameters
    ----------
    statistic
        Of all tables.
    tables
        In the order of their keys; read again, in epochs, by gradient descent alone.
    """
    names = recipe.columns[:-1]
    if recipe.solver == "exact":
        return exact.solve(statistic, names)

    def rows() -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        for table in tables:
            for chunk in Rows(table, recipe.columns, recipe.missing):
                yield chunk[:, :-1], chunk[:, -1]

    descended = sgd.solve(statistic, names, rows, recipe.hyperparameters)
    return exact.settle(statistic, names, descended, penalised=recipe.hyperparameters["alpha"] != 0)
