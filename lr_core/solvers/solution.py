"""What every solver returns, and the warning that all of them share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lr_core.statistics.statistic import Statistic

__all__ = ["Solution", "constant_columns", "quoted"]

SHOWN = 100
"""A warning names so many columns at most."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Fitted coefficients.

    Attributes
    ----------
    coef
        One a feature, in the units of the raw columns, shape (n_features,).
    intercept
        0.0 where none is fitted.
    rank
        Number of independent columns; None where the solver does not determine it.
    warnings
        What a user should know of this fit, a sentence each.
    """

    coef: tuple[float, ...]
    intercept: float
    rank: int | None
    warnings: tuple[str, ...]


def quoted(names: Iterable[str]) -> str:
    """Return names as a list for a sentence, a hundred at most."""
    names = list(names)
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(repr(name) for name in names[:SHOWN]) + more


def constant_columns(statistic: Statistic, feature_names: Sequence[str]) -> tuple[str, ...]:
    """Return a warning that names the columns that do not vary, or none."""
    names = [name for place, name in enumerate(feature_names) if not statistic.factor[:, place].any()]
    state = "constant" if statistic.intercept else "zero throughout"
    return (f"columns that are {state} have the coefficient 0: {quoted(names)}",) if names else ()
