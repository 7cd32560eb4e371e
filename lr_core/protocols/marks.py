"""How who answers a body says which part of the work has ended."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Mark", "unmarked"]

Mark = Callable[[str], None]
"""Takes the name of a part, `decode` or `compute`, when it ends."""


def unmarked(_part: str) -> None:
    """Take no notice."""
