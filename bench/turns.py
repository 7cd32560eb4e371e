"""Measuring in turns: what slows the machine for a while then slows all alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["in_turns"]

Found = TypeVar("Found")


def in_turns(measures: Sequence[Callable[[], Found]], rounds: int) -> list[list[Found]]:
    """Return what each measure found, round by round; who goes first changes."""
    found: list[list[Found]] = [[] for _ in measures]
    for number in range(rounds):
        places = range(len(measures))
        for place in places if number % 2 == 0 else reversed(places):
            found[place].append(measures[place]())
    return found
