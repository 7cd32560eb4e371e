"""Rows of lines, value by value: what names the line and the column of every fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core import redaction
from lr_core.errors import Fault, MalformedRequest
from lr_core.protocols.json import spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lr_core.protocols.rows import Place, Row

    Read = Callable[[object, Place, list[Fault]], float]

__all__ = ["MOST_FAULTS", "Numbered", "at_line", "n_lines", "row_of", "text_of"]

Numbered = tuple[int, "Row"]
"""A row, and the line that it ends on, from 1."""


MOST_FAULTS = 100
"""Faults that are reported at once."""


def at_line(line: int, detail: str) -> Fault:
    """Return a fault of a line."""
    return Fault(f"line {line}: {detail}")


def row_of(line: int, names: Sequence[str], values: Iterable[object], read: Read, faults: list[Fault]) -> Row:
    """Read the values of a row, one a feature, and name the columns of those that cannot be read."""
    row: list[float] = []
    for name, value in zip(names, values, strict=True):
        found: list[Fault] = []
        row.append(read(value, (), found))
        faults += [at_line(line, f"{fault.detail} in column {spelled(name)}") for fault in found]
    return tuple(row)


def text_of(block: bytes, before: int) -> str:
    """Return whole lines as text.

    Parameters
    ----------
    before
        How many lines came before.

    Raises
    ------
    MalformedRequest
        They are not UTF-8.
    """
    try:
        return block.decode()
    except UnicodeDecodeError as error:
        line = before + n_lines(block[: error.start] + b"x")
        found = f"the byte 0x{block[error.start]:02x}" if redaction.present() is None else "another encoding"
        raise MalformedRequest(f"line {line}: expected UTF-8, found {found}") from error


def n_lines(block: bytes) -> int:
    """Return how many lines a text has, whose last one may lack its end."""
    if b"\r" in block:
        return len(block.splitlines())
    return block.count(b"\n") + bool(block and not block.endswith(b"\n"))
