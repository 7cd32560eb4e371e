"""What columns a table has, and which of them are numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lr_core.data.cell import MISSING, is_infinite, number
from lr_core.data.header import parse_header
from lr_core.data.records import read_records
from lr_core.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lr_core.data.records import Record
    from lr_core.data.source import Source

__all__ = ["Columns", "columns"]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table, in its order.

    Attributes
    ----------
    header
        All names.
    numeric, text
        Names of the columns whose first cell that is not missing is a number, and of the others; a column with no such
        cell counts as text.
    """

    header: tuple[str, ...]
    numeric: tuple[str, ...]
    text: tuple[str, ...]


def columns(source: Source) -> Columns:
    """Read as much of a table as it takes to know its columns: the header and, mostly, one row.

    Raises
    ------
    InvalidInput
        The header is missing or wrong, or what was read is not UTF-8.
    """
    with read_records(source) as records:
        header = parse_header(source.key, records).names
        numeric = _numeric(len(header), records)
        if records.faults:
            raise InvalidInput(records.faults)
    return Columns(
        header,
        tuple(name for place, name in enumerate(header) if place in numeric),
        tuple(name for place, name in enumerate(header) if place not in numeric),
    )


def _numeric(width: int, records: Iterable[Record]) -> set[int]:
    """Return the places of the columns of numbers."""
    unknown, numeric = set(range(width)), set()
    for record in records:
        decided = {place for place in unknown if place < len(record.cells) and record.cells[place] not in MISSING}
        numeric |= {place for place in decided if _is_number(record.cells[place])}
        unknown -= decided
        if not unknown:
            break
    return numeric


def _is_number(cell: str) -> bool:
    """Tell whether a column that begins so is meant as numbers; infinity is refused later, with its line."""
    return number(cell) is not None or is_infinite(cell)
