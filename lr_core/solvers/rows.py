"""Rows for gradient descent: standardised, in memory where they are few, shuffled by the seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from lr_core.solvers.standardisation import Standardisation

    Chunks = Iterable[tuple[NDArray[np.float64], NDArray[np.float64]]]

__all__ = ["shuffled", "standardised"]

IN_MEMORY_BYTES = 64 * 2**20
"""Rows up to this size are read once and kept."""

HELD = 8
"""Chunks among which the next one is drawn."""


def standardised(
    read: Callable[[], Chunks], standard: Standardisation, n_samples: int
) -> Callable[[], Iterable[NDArray[np.float64]]]:
    """Return a reader of standardised rows [design target], in the order of the tables.

    Parameters
    ----------
    read
        Begins a pass over all rows; every pass gives the same.
    standard
        How to standardise.
    n_samples
        How many rows there are, all chunks together.
    """

    def stream() -> Iterator[NDArray[np.float64]]:
        return (standard.apply(X, y) for X, y in read())

    if n_samples * (len(standard.scale) + 1) * 8 > IN_MEMORY_BYTES:
        return stream
    rows = np.concatenate(list(stream()))
    return lambda: [rows]


def shuffled(chunks: Iterable[NDArray[np.float64]], random: np.random.Generator) -> Iterator[NDArray[np.float64]]:
    """Yield the chunks in random order, each with its rows in random order, holding a few at a time."""
    held: list[NDArray[np.float64]] = []
    for rows in chunks:
        held.append(rows)
        if len(held) == HELD:
            yield random.permutation(held.pop(int(random.integers(HELD))))
    while held:
        yield random.permutation(held.pop(int(random.integers(len(held)))))
