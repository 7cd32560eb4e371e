"""Records of a CSV table in pure Python: slower than pyarrow, but it knows the line of each.

A record is a line except where quoted cells hold line ends. Blank lines are no records. Bytes that are not UTF-8 come
through as lone surrogates (PEP 383), so that their line can be named.
"""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lr_core.data.source import buffered
from lr_core.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lr_core.data.source import Source

__all__ = ["LONGEST_LINE", "Record", "Records", "encoding_fault", "read_records"]

LONGEST_LINE = 2**24
"""Characters: what is longer is no table, and must not fill the memory."""

# The module's own limit (131,072 characters a cell) is less than pyarrow takes; there is one for the whole process.
csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record, and the first and last line that it stands on, from 1."""

    line: int
    last_line: int
    cells: list[str]


class Records:
    """An iterator over the records of a text stream.

    Attributes
    ----------
    faults
        What was wrong with lines read so far: not UTF-8, too long, or a quote that never ends.
    n_bytes
        Length of the lines read so far.
    """

    def __init__(self, key: str, text: io.TextIOWrapper) -> None:
        self.faults: list[Fault] = []
        self.n_bytes = 0
        self._key = key
        self._text = text
        self._reader = csv.reader(self._lines())

    def __iter__(self) -> Iterator[Record]:
        """Go on where the last iteration stopped."""
        while True:
            line = self._reader.line_num + 1
            cells = self._next(line)
            if cells is None:
                return
            if cells:
                yield Record(line, self._reader.line_num, cells)

    def _next(self, line: int) -> list[str] | None:
        """Return the cells of the record that begins at a line, None at the end or where there is no going on."""
        try:
            return next(self._reader, None)
        except csv.Error:
            self.faults.append(Fault(f"{self._key}, line {line}: expected cells, found a quote that does not end"))
            return None

    def _lines(self) -> Iterator[str]:
        """Yield the lines with their ends, without the mark that some programs put before the first."""
        number = 0
        while line := self._text.readline(LONGEST_LINE):
            number += 1
            self.n_bytes += len(line.encode(errors="surrogateescape"))
            if len(line) >= LONGEST_LINE:
                place = f"{self._key}, line {number}"
                self.faults.append(Fault(f"{place}: expected a line, found more than {LONGEST_LINE:,} characters"))
                return
            if not line.isascii() and (fault := encoding_fault(self._key, number, line)):
                self.faults.append(fault)
            yield line.removeprefix("\ufeff") if number == 1 else line


@contextmanager
def read_records(source: Source) -> Iterator[Records]:
    """Open a source and read its records."""
    with io.TextIOWrapper(buffered(source), encoding="utf-8", errors="surrogateescape", newline="") as text:
        yield Records(source.key, text)


def encoding_fault(key: str, number: int, line: str) -> Fault | None:
    """Return what is wrong with the encoding of a line, if anything is."""
    try:
        line.encode()
    except UnicodeEncodeError as error:
        if number == 1 and line.startswith(("\udcff\udcfe", "\udcfe\udcff")):
            return Fault(f"{key}: expected UTF-8, found UTF-16: save the table as CSV UTF-8")
        byte = ord(line[error.start]) & 0xFF
        found = f"expected UTF-8, found the byte 0x{byte:02x}: save the table as CSV UTF-8"
        return Fault(f"{key}, line {number}: {found}")
    return None
