"""What is left at the mean: the one sum in which offsets cancel, taken exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lr_core.statistics.statistic import Statistic

__all__ = ["offset_at_mean"]


def offset_at_mean(statistic: Statistic, coef: Sequence[float], intercept: float = 0.0) -> float:
    """Return ȳ - Σ coef·x̄ - intercept, rounded once.

    With the intercept zero this is the best intercept for `coef`. Doubles are fractions, so the sum is taken in
    exact arithmetic: at an offset of 1e12 each rounded product would be wrong by 1e-4.

    Raises
    ------
    OverflowError
        The result is beyond the range of doubles.
    """
    if not statistic.intercept:
        return -intercept
    *x_mean, y_mean = [
        Fraction(origin) + Fraction(mean)
        for origin, mean in zip(statistic.origin.tolist(), statistic.mean.tolist(), strict=True)
    ]
    explained = sum((Fraction(c) * mean for c, mean in zip(coef, x_mean, strict=True)), Fraction(intercept))
    return float(y_mean - explained)
