"""What was searched, for a person to read at the end."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SEARCHED", "Searched", "table"]


@dataclass(frozen=True)
class Searched:
    """A search that found nothing wrong.

    Attributes
    ----------
    bound
        The preemptions up to which all runs were judged; None for all there are.
    runs, states
        Interleavings that were judged, and the different states that they went through.
    drawn, seed
        Random interleavings beside, and the seed of the first.
    """

    scenario: str
    bound: int | None
    runs: int
    states: int
    drawn: int
    seed: int


SEARCHED: list[Searched] = []


def table() -> list[str]:
    """Return the searches as lines."""
    rows = [("scenario", "preemptions", "interleavings", "states", "at random, from seed")]
    for each in SEARCHED:
        bound = "any number" if each.bound is None else f"up to {each.bound}"
        drawn = f"{each.drawn:,}, {each.seed}" if each.drawn else "-"
        rows.append((each.scenario, bound, f"{each.runs:.3g}", f"{each.states:,}", drawn))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
