"""A linear model as a value: what predicts, and nothing that learns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lr_core.formula import formula

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["LinearModel"]


@dataclass(frozen=True, slots=True)
class LinearModel:
    """A fitted linear model: prediction = intercept + Σ coef·x, in the units of the raw columns.

    Attributes
    ----------
    feature_names
        Names of the columns of the design matrix, shape (n_features,), in the order of a row.
    coef_
        One coefficient a column, shape (n_features,).
    intercept_
        The prediction where all columns are zero; 0.0 for a model without an intercept.
    """

    feature_names: tuple[str, ...]
    coef_: tuple[float, ...]
    intercept_: float

    def predict(self, rows: Iterable[Sequence[float]]) -> list[float]:
        """Return one prediction a row.

        Parameters
        ----------
        rows
            Each of shape (n_features,), finite, in the order of `feature_names`; the caller has checked that.

        Raises
        ------
        ValueError
            A row has another length.
        """
        return formula(len(self.coef_))(rows, self.intercept_, self.coef_)
