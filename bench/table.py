"""The table that a bench prints: a figure beside its peer's, and what was promised of it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Comparison", "Promise", "at_least", "at_most", "heading", "of_ours", "row", "times_as_fast"]

LAYOUT = "{:<34} {:>8} {:>8}  {:<27} {:>6}  {:<13}  {}"


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
    def ratio(self) -> float:
        """Return our median by theirs."""
        return median(self.ours) / median(self.theirs)

    @property
    def ratios(self) -> list[float]:
        """Return ours by theirs, round by round: what slows a whole round leaves its ratio alone."""
        return [mine / their for mine, their in zip(self.ours, self.theirs, strict=True)]


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised of a comparison, in words and as a test."""

    text: str
    is_kept: Callable[[Comparison], bool]


def at_most(limit: float) -> Promise:
    """Promise no more than so many times the peer's."""
    return Promise(f"ratio at most {limit:g}", lambda found: found.ratio <= limit)


def at_least(limit: float) -> Promise:
    """Promise no less than so many times the peer's."""
    return Promise(f"ratio at least {limit:g}", lambda found: found.ratio >= limit)


def times_as_fast(times: float) -> Promise:
    """Promise that the peer takes so many times as long."""
    return Promise(f"at least {times:g} times as fast", lambda found: found.ratio <= 1 / times)


def of_ours(limit: float, unit: str) -> Promise:
    """Promise no more than so much, whatever the peer's is."""
    return Promise(f"at most {limit:g} {unit}", lambda found: median(found.ours) <= limit)


def heading() -> str:
    """Return the first line."""
    return LAYOUT.format("figure", "predict", "peer", "the peer", "ratio", "quartiles", "promised")


def row(found: Comparison, promise: Promise | None = None) -> str:
    """Return a line: medians, their ratio, the quartiles of the rounds' ratios, and the promise."""
    low, _, high = quantiles(found.ratios, n=4, method="inclusive") if len(found.ratios) > 1 else found.ratios * 3
    verdict = "for information"
    if promise:
        verdict = f"{promise.text}: {'met' if promise.is_kept(found) else 'missed'}"
    ours, theirs = shown(median(found.ours)), shown(median(found.theirs))
    return LAYOUT.format(
        found.figure, ours, theirs, found.peer, ratio(found.ratio), f"{ratio(low)}-{ratio(high)}", verdict
    )


def shown(value: float) -> str:
    """Return a value with three digits, or as many as it has before the point."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def ratio(value: float) -> str:
    """Return a ratio with two digits behind the point, or three where it is small."""
    return f"{value:.3f}" if value < 0.2 else f"{value:.2f}"
