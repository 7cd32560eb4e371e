"""Tables with an answer that is near y = 1 + x1 - 2 x2 + 3 x3, and never the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["long_tables", "table", "tables"]

COEF = (1.0, -2.0, 3.0)
HEADER = b"x1,x2,x3,y\n"


def tables(seed: int, n_samples: int) -> Iterator[bytes]:
    """Give tables of so many rows, without end."""
    random = np.random.default_rng(seed)
    while True:
        yield table(random, n_samples)


def long_tables(seed: int, n_samples: int, times: int) -> Iterator[bytes]:
    """Give tables of which only the first row is new, before the same rows that many times."""
    random = np.random.default_rng(seed)
    rows = table(random, n_samples).removeprefix(HEADER) * times
    while True:
        yield table(random, 1) + rows


def table(random: np.random.Generator, n_samples: int) -> bytes:
    """Return a table as CSV, of numbers that are read back bit for bit."""
    X = random.normal(size=(n_samples, len(COEF)))
    y = 1 + X @ np.array(COEF) + random.normal(size=n_samples)
    rows = np.column_stack([X, y]).tolist()
    return HEADER + "".join(f"{','.join(map(repr, row))}\n" for row in rows).encode()
