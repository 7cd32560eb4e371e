"""What is wrong with a table, cell by cell: the slow pass after the fast one has failed."""

from __future__ import annotations

from itertools import islice
from math import isfinite
from typing import TYPE_CHECKING, Literal

from lr_core import redaction
from lr_core.data.cell import MISSING, is_infinite, number, shown
from lr_core.data.header import parse_header
from lr_core.data.records import MOST_FAULTS, quote_faults, read_records
from lr_core.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lr_core.data.records import Record, Records
    from lr_core.data.source import Source

__all__ = ["Missing", "find_faults", "line_faults"]

Missing = Literal["refuse", "drop"]


def find_faults(source: Source, names: Sequence[str], missing: Missing) -> list[Fault]:
    """Return what is wrong with a table that could not be read, at least one fault; see `line_faults`."""
    unknown = Fault(
        f"{source.key}: cannot be read as CSV, though no line of it is wrong by itself: "
        "expected UTF-8, commas, and rows shorter than 4 MiB"
    )
    return line_faults(source, names, missing) or quote_faults(source) or [unknown]


def line_faults(source: Source, names: Sequence[str], missing: Missing) -> list[Fault]:
    """Return the first hundred faults of a table in the order of its lines.

    Parameters
    ----------
    source
        The table; its header has been read without a fault.
    names
        Columns that have to be numbers.
    missing
        Whether a missing cell in one of them is a fault.
    """
    with read_records(source) as records:
        header = parse_header(source.key, records)
        places = header.places(source.key, names)
        return list(islice(_faults(source.key, records, header.names, places, missing), MOST_FAULTS))


def _faults(
    key: str, records: Records, header: tuple[str, ...], places: Sequence[int], missing: Missing
) -> Iterator[Fault]:
    """Yield faults, those of the encoding before those of the cells of the same record."""
    reported = 0
    for record in records:
        yield from records.faults[reported:]
        reported = len(records.faults)
        if len(record.cells) != len(header):
            yield Fault(f"{key}, line {record.line}: {_ragged(record, len(header))}")
            continue
        for place in places:
            if detail := _cell_fault(record.cells[place], missing):
                yield Fault(f"{key}, line {record.line}, column {header[place]!r}: {detail}")
    yield from records.faults[reported:]


def _ragged(record: Record, width: int) -> str:
    """Say how many cells a record should have."""
    found = f"expected {width} cells, found {len(record.cells)}"
    if record.last_line > record.line:
        return f"{found} down to line {record.last_line} (a quote that is not closed?)"
    return found


def _missing(cell: str) -> str:
    """Return a missing value for a message; somebody may be called Null."""
    return f"the missing value {cell!r}" if redaction.present() is None else "a missing value"


def _cell_fault(cell: str, missing: Missing) -> str | None:
    """Return what is wrong with a cell that should be a number, None for nothing."""
    if cell in MISSING:
        if missing == "drop":
            return None
        found = _missing(cell) if cell else "an empty cell"
        return f"expected a number, found {found} (--missing drop leaves such rows out)"
    value = number(cell)
    if value is not None:
        return None if isfinite(value) else f"expected a number below 1.8e308, found {shown(cell)}"
    if is_infinite(cell):
        return f"expected a finite number, found {shown(cell)}"
    hint = " (write a decimal point, not a comma)" if number(cell.replace(",", ".", 1)) is not None else ""
    return f"expected a number, found {shown(cell)}{hint}"
