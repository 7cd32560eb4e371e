"""Tables and verdicts, in Markdown."""

from __future__ import annotations

import sys
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Moments", "Rounds", "met", "progress", "table"]

Moments = dict[str, float]
"""When what happened in one round, in milliseconds after its beginning."""
Rounds = list[Moments]


def table(names: Sequence[str], columns: Mapping[str, Rounds]) -> Iterator[str]:
    """Say when what happened, in the order of the names, a column for each of what was measured."""
    yield "| milliseconds after the request: median (least to most) | " + " | ".join(columns) + " |"
    yield "|---|" + "--:|" * len(columns)
    for name in names:
        cells = [spread([each[name] for each in rounds if name in each]) for rounds in columns.values()]
        if any(cells):
            yield f"| {name} | {' | '.join(cells)} |"


def spread(found: Sequence[float]) -> str:
    """Return a cell."""
    return f"{median(found):.0f} ({min(found):.0f} to {max(found):.0f})" if found else ""


def met(promise: str, *, is_met: bool) -> str:
    """Return a promise and its verdict."""
    return f"{promise}: {'met' if is_met else 'missed'}"


def progress(what: str, moments: Moments) -> None:
    """Tell who waits of one round."""
    print(what, ", ".join(f"{name} {ms:.0f}" for name, ms in moments.items()), sep=": ", file=sys.stderr, flush=True)
