"""Records of a CSV table in pure Python: slower than pyarrow, but it knows the line of each.

A record is a line except where quoted cells hold line ends. Blank lines are no records. Bytes that are not UTF-8 come
through as lone surrogates (PEP 383), so that their line can be named.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lr_core import redaction
from lr_core.data.quotes import OpenQuote
from lr_core.data.source import buffered
from lr_core.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lr_core.data.source import Source

__all__ = ["MOST_FAULTS", "Record", "Records", "quote_faults", "read_records"]

MOST_FAULTS = 100
"""Faults that are reported of one table."""

LONGEST_RECORD = 2**24
"""Characters: what is longer is no table, and must not fill the memory."""

LONGEST_CELL = 2**22
"""Characters: pyarrow takes no longer row, and a quote that never ends must not take the rest of the table."""

# The module's own limit (131,072 characters a cell) is less than pyarrow takes; there is one for the whole process.
csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record, and the first and last line that it stands on, from 1."""

    line: int
    last_line: int
    cells: list[str]


class Records:
    """An iterator over the records of a text stream.

    Parameters
    ----------
    strict
        Whether a text between a closing quote and the next comma is a fault (RFC 4180, section 2.5), as a quote that
        never closes always is.

    Attributes
    ----------
    faults
        What was wrong with lines read so far: not UTF-8, too long, or a quote that never ends.
    n_bytes
        Length of the lines read so far.
    """

    def __init__(self, key: str, text: io.TextIOWrapper, *, strict: bool = False) -> None:
        self.faults: list[Fault] = []
        self.n_bytes = 0
        self._key = key
        self._text = text
        self._quote = OpenQuote()
        self._length = 0
        self._at_end = self._cut = False
        self._reader = csv.reader(self._lines(), strict=strict)

    def __iter__(self) -> Iterator[Record]:
        """Go on where the last iteration stopped."""
        while True:
            line = self._reader.line_num + 1
            self._length = 0
            self._quote.begin()
            cells = self._next()
            if cells is None:
                return
            if cells:
                yield Record(line, self._reader.line_num, cells)

    def _next(self) -> list[str] | None:
        """Return the cells of the next record, None at the end or where there is no going on."""
        try:
            cells = next(self._reader, None)
            has_open_quote = bool(cells) and self._at_end
        except csv.Error:
            has_open_quote = True
        if self._cut:
            return None
        if has_open_quote:
            self.faults.append(self._quote_fault())
            return None
        return cells

    def _quote_fault(self) -> Fault:
        """Name the line on which the quote opened, which may be below the one where the record begins."""
        opened = self._quote.line if self._at_end else self._quote.before
        place = f"{self._key}, line {opened or self._reader.line_num}"
        return Fault(f"{place}: expected cells, found a quote that does not end")

    def _lines(self) -> Iterator[str]:
        """Yield the lines with their ends, without the mark that some programs put before the first."""
        number = 0
        while line := self._text.readline(LONGEST_RECORD):
            number += 1
            self.n_bytes += len(line.encode(errors="surrogateescape"))
            self._length += len(line)
            if self._length >= LONGEST_RECORD:
                place = f"{self._key}, line {number}"
                self.faults.append(Fault(f"{place}: expected a row, found more than {LONGEST_RECORD:,} characters"))
                self._cut = True
                return
            if not line.isascii() and len(self.faults) < MOST_FAULTS:
                self.faults += encoding_faults(self._key, number, line)
            self._quote.follow(number, line)
            yield line.removeprefix("\ufeff") if number == 1 else line
        self._at_end = True  # a record that asked for one line more has an open quote: others end with their line


@contextmanager
def read_records(source: Source, *, strict: bool = False) -> Iterator[Records]:
    """Open a source and read its records; for `strict` see `Records`."""
    with io.TextIOWrapper(buffered(source), encoding="utf-8", errors="surrogateescape", newline="") as text:
        yield Records(source.key, text, strict=strict)


def quote_faults(source: Source) -> list[Fault]:
    """Return what is wrong with the quotes of a table, at most one fault: after it, cells are not where they seem."""
    with read_records(source, strict=True) as records:
        deque(records, maxlen=0)
        return records.faults


def encoding_faults(key: str, number: int, line: str) -> list[Fault]:
    """Return what is wrong with the encoding of a line, at most one fault."""
    try:
        line.encode()
    except UnicodeEncodeError as error:
        if number == 1 and line.startswith(("\udcff\udcfe", "\udcfe\udcff")):
            return [Fault(f"{key}: expected UTF-8, found UTF-16: save the table as CSV UTF-8")]
        byte = ord(line[error.start]) & 0xFF
        shown = f"the byte 0x{byte:02x}" if redaction.present() is None else "another encoding"
        found = f"expected UTF-8, found {shown}: save the table as CSV UTF-8"
        return [Fault(f"{key}, line {number}: {found}")]
    return []
