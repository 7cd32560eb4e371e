"""The table that a bench prints: a figure beside its peer's, and what was promised of it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Comparison", "heading", "row"]

LAYOUT = "{:<18} {:>8} {:>8}  {:<30} {:>5}  {:<11}  {}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure and its peer's, measured in turns.

    Attributes
    ----------
    figure, peer
        What was measured, with its unit, and beside what.
    ours, theirs
        The values, one a round.
    """

    figure: str
    peer: str
    ours: Sequence[float]
    theirs: Sequence[float]

    @property
    def ratios(self) -> list[float]:
        """Return ours by theirs, round by round: what slows a whole round leaves its ratio alone."""
        return [mine / their for mine, their in zip(self.ours, self.theirs, strict=True)]


def heading() -> str:
    """Return the first line."""
    return LAYOUT.format("figure", "predict", "peer", "the peer", "ratio", "quartiles", "promised")


def row(compared: Comparison, promise: str = "", *, is_met: bool = True) -> str:
    """Return a line: medians, the median and the quartiles of the ratios, and the promise."""
    low, middle, high = quantiles(compared.ratios, n=4, method="inclusive")
    verdict = f"{promise}: {'met' if is_met else 'missed'}" if promise else "for information"
    ours, theirs = f"{median(compared.ours):.0f}", f"{median(compared.theirs):.0f}"
    spread = f"{low:.2f}-{high:.2f}"
    return LAYOUT.format(compared.figure, ours, theirs, compared.peer, f"{middle:.2f}", spread, verdict)
