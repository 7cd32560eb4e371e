"""An interval for the median that assumes nothing of the distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Interval", "median_interval"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A median and what it lies between with a certain confidence; without bounds where there are too few values."""

    middle: float
    low: float | None
    high: float | None
    confidence: float

    def __str__(self) -> str:
        """Return it for a reader."""
        if self.low is None or self.high is None:
            return f"{self.middle:.0f} (too few rounds for an interval)"
        return f"{self.middle:.0f} ({self.low:.0f} to {self.high:.0f} with {self.confidence:.1%} confidence, exact)"


def median_interval(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """Return the narrowest interval between two order statistics that holds the median so surely, or surer.

    How many of n independent values lie below the median is binomial (n, 1/2), so the k-th smallest and the k-th
    largest hold it with probability 1 - 2 P(fewer than k below) (David and Nagaraja, Order Statistics, 7.1).
    """
    ordered, count = sorted(values), len(values)
    tail = 0.0  # P(fewer than k below)
    surest = (0, 0.0)
    for k in range(1, count // 2 + 1):
        tail += comb(count, k - 1) / 2**count
        if 1 - 2 * tail < confidence:
            break
        surest = (k, 1 - 2 * tail)
    k, reached = surest
    low, high = (ordered[k - 1], ordered[-k]) if k else (None, None)
    return Interval(median(ordered), low, high, reached)
