"""How who answers a body says which part of the work has ended."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Mark", "unmarked"]


class Mark(Protocol):
    """Is told of a part when it ends."""

    def __call__(self, part: str, n_rows: int = 0, /) -> None:
        """Take the name of the part, `decode` or `compute`, and how many rows were predicted in it."""
        ...


def unmarked(_part: str, _n_rows: int = 0) -> None:
    """Take no notice."""
