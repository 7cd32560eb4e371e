"""Counters and histograms in memory: what a request pays for being counted.

An observation is one lock and a few additions, so that counts are right whichever threads make them.
"""

from __future__ import annotations

from bisect import bisect_left
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["OTHER", "Counter", "Distribution", "Histogram", "Labels", "Names"]

Labels = tuple[str | int, ...]

OTHER = "_other"
"""What names are counted as that have no series of their own; no model can be called so."""


class Counter:
    """A number that only grows, for each set of labels.

    Parameters
    ----------
    name, text
        As `/metrics` says them.
    labels
        The names of the labels.
    known
        Sets of labels that are there from the start, as zero: who looks for a first increase has to see where from.
    """

    def __init__(self, name: str, text: str, labels: tuple[str, ...] = (), known: Iterable[Labels] = ()) -> None:
        self.name, self.text, self.labels = name, text, labels
        self._values: dict[Labels, int] = dict.fromkeys(known if labels else [()], 0)
        self._lock = Lock()

    def add(self, labels: Labels = (), amount: int = 1) -> None:
        """Count something, or several."""
        with self._lock:
            self._values[labels] = self._values.get(labels, 0) + amount

    def values(self) -> dict[Labels, int]:
        """Return the counts of one moment."""
        with self._lock:
            return dict(self._values)


class Distribution:
    """How often values fell between bounds, and their sum.

    Attributes
    ----------
    counts
        Of the values up to each bound and above the one before it; the last of those above all.
    """

    __slots__ = ("counts", "total")

    def __init__(self, counts: list[int], total: float = 0.0) -> None:
        self.counts, self.total = counts, total

    def merge(self, other: Distribution) -> Distribution:
        """Return both together."""
        counts = [one + another for one, another in zip(self.counts, other.counts, strict=True)]
        return Distribution(counts, self.total + other.total)


class Histogram:
    """The distribution of a quantity, for each set of labels.

    Parameters
    ----------
    name, text, labels, known
        As for `Counter`.
    bounds
        Upper bounds of the buckets, ascending; a value on one belongs to it.
    """

    def __init__(
        self, name: str, text: str, bounds: Sequence[float], labels: tuple[str, ...] = (), known: Iterable[Labels] = ()
    ) -> None:
        self.name, self.text, self.labels, self.bounds = name, text, labels, tuple(bounds)
        self._series = {one: self._empty() for one in (known if labels else [()])}
        self._lock = Lock()

    def observe(self, value: float, labels: Labels = ()) -> None:
        """Count a value."""
        place = bisect_left(self.bounds, value)
        with self._lock:
            series = self._series.get(labels)
            if series is None:
                series = self._series[labels] = self._empty()
            series.counts[place] += 1
            series.total += value

    def values(self) -> dict[Labels, Distribution]:
        """Return the distributions of one moment."""
        with self._lock:
            return {labels: Distribution(list(one.counts), one.total) for labels, one in self._series.items()}

    def _empty(self) -> Distribution:
        return Distribution([0] * (len(self.bounds) + 1))


class Names:
    """Names that have series of their own: so many as came first; the others share one.

    A bucket may hold 100,000 models, and each series costs memory here and in what collects it.

    Attributes
    ----------
    most
        How many.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._names: set[str] = set()
        self._lock = Lock()

    def of(self, name: str) -> str:
        """Return a name, or what it is counted as."""
        if name in self._names:
            return name
        with self._lock:
            if len(self._names) >= self.most:
                return OTHER
            self._names.add(name)
            return name

    def has(self, name: str) -> bool:
        """Tell whether a name has series of its own, and let it have them while there is room."""
        return self.of(name) is not OTHER
