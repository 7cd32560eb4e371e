"""The first record of a table: the names of its columns."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from lr_core.data.cell import shown, shown_name
from lr_core.data.records import MOST_FAULTS, read_records
from lr_core.errors import Fault, InvalidInput
from lr_core.redaction import nameable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lr_core.data.records import Records
    from lr_core.data.source import Source

__all__ = ["Header", "parse_header", "read_header"]

LISTED = 20
"""A message lists so many columns at most."""


@dataclass(frozen=True, slots=True)
class Header:
    """Names of the columns, without blanks around them, and how many bytes come before the first row."""

    names: tuple[str, ...]
    n_bytes: int

    def places(self, key: str, names: Iterable[str]) -> list[int]:
        """Return where the named columns stand.

        Raises
        ------
        InvalidInput
            Some are missing.
        """
        place_of = {name: place for place, name in enumerate(self.names)}
        names = list(names)
        faults = [
            Fault(f"{key}: expected a column {name!r}, found only {listed(self.names)}")
            for name in names
            if name not in place_of
        ]
        if faults:
            raise InvalidInput(faults)
        return [place_of[name] for name in names]


def listed(names: Sequence[str]) -> str:
    """Return names of columns for a message."""
    shown = nameable(names)[:LISTED]
    n_more = len(names) - len(shown)
    if not shown:
        return f"{n_more} columns of other names"
    return ", ".join(map(shown_name, shown)) + (f" and {n_more} more" if n_more else "")


def read_header(source: Source) -> Header:
    """Read the header alone.

    Raises
    ------
    InvalidInput
        There is none, or names are empty or not unique; with all faults.
    """
    with read_records(source) as records:
        return parse_header(source.key, records)


def parse_header(key: str, records: Records) -> Header:
    """Take the header from records that have not been read yet; for Raises see `read_header`."""
    first = next(iter(records), None)
    if records.faults:
        raise InvalidInput(records.faults)
    if first is None:
        raise InvalidInput([Fault(f"{key}: expected a header and rows, found an empty table")])
    names = tuple(cell.strip() for cell in first.cells)
    faults = [Fault(f"{key}, line {first.line}: {detail}") for detail in islice(_faults(names), MOST_FAULTS)]
    if faults:
        raise InvalidInput(faults)
    return Header(names, records.n_bytes)


def _faults(names: tuple[str, ...]) -> Iterator[str]:
    """Yield what is wrong with the names of a header."""
    if any("\0" in name for name in names):
        yield "expected names of columns, found NUL bytes: save the table as CSV UTF-8"
        return
    if len(names) == 1 and any(separator in names[0] for separator in ";\t|"):
        yield f"expected names with commas between them, found {shown(names[0])}: save the table with commas"
        return
    for place, name in enumerate(names, start=1):
        if not name:
            yield f"expected a name for column {place}, found none (an index that pandas wrote? use index=False)"
    for name, count in Counter(names).items():
        if name and count > 1:
            yield f"expected unique names of columns, found {shown_name(name)} {count} times"
