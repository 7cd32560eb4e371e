"""What a cell of a table can be: a number, missing, or something else."""

from __future__ import annotations

import re

from lr_core import redaction

__all__ = ["MISSING", "is_infinite", "number", "shown", "shown_name"]

MISSING = (
    "", "NA", "N/A", "n/a", "#N/A", "#NA", "<NA>", "NaN", "nan", "NAN", "-NaN", "-nan", "NULL", "Null", "null",
    "None", "none",
)  # fmt: skip
"""Cells, quoted or not, that stand for a missing value: what spreadsheets, databases, R and pandas write."""

NUMBER = re.compile(r"[ \t]*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[ \t]*")
"""A decimal number with a point, as pyarrow reads it; Python's own float() takes more, such as 1_000."""

INFINITE = re.compile(r"[ \t]*[+-]?inf(?:inity)?[ \t]*", re.IGNORECASE)

SHOWN = 40
"""Characters of a cell that a message shows."""


def number(cell: str) -> float | None:
    """Return the number that a cell is, which may be infinite where it is too large, or None."""
    return float(cell) if NUMBER.fullmatch(cell) else None


def is_infinite(cell: str) -> bool:
    """Tell whether a cell spells infinity."""
    return INFINITE.fullmatch(cell) is not None


def shown(cell: str) -> str:
    """Return a cell for a message: quoted, on one line, and not too long; or what stands for it where it is private."""
    redacted = redaction.present()
    if redacted is not None:
        return redacted.cell(cell)
    if len(cell) <= SHOWN:
        return repr(cell)
    return f"{cell[:SHOWN]!r}... ({len(cell):,} characters)"


def shown_name(name: str) -> str:
    """Return a cell of a header for a message; one that the recipe does not know may be no name at all."""
    if not redaction.nameable([name]):
        return shown(name)
    with redaction.redacting(None):
        return shown(name)
