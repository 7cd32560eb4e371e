"""Rows of CSV: a header that names the features among other columns, then a record a row (RFC 4180)."""

from __future__ import annotations

import csv
import io
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec

from lr_core.errors import InvalidInput
from lr_core.protocols.lines.cells import MOST_FAULTS, at_line, row_of, text_of
from lr_core.protocols.lines.cut import LONGEST_RECORD
from lr_core.protocols.lines.header import header_of
from lr_core.protocols.lines.quoted import Quoted
from lr_core.protocols.rows import written_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lr_core.errors import Fault
    from lr_core.protocols.lines.cells import Numbered
    from lr_core.protocols.lines.header import Header
    from lr_core.protocols.rows import Row

__all__ = ["CsvRows"]

WIDEST = 4096
"""A wider table is not read as JSON, for which a type of its width is made."""

# The module's own limit (131,072 characters a cell) is less than a record may have; there is one for the whole process.
csv.field_size_limit(max(csv.field_size_limit(), LONGEST_RECORD))


class CsvRows:
    """Reads the features' columns by name; other columns are passed over, and so are blank lines."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._quoted = Quoted()
        self._header: Header | None = None
        self._pick: Any = None
        self._numbers: msgspec.json.Decoder[list[Row]] | None = None

    def whole_records(self, lines: bytes, before: int) -> bytes:
        """Return the lines without those of a record that goes on, whose cell holds a line end."""
        return self._quoted.whole_records(lines, before)

    def below_header(self, block: bytes, before: int) -> bytes:
        """Take the header from the first record that is there; for Raises see `header_of`, and `read`."""
        if self._header:
            return block
        reader = csv.reader(io.StringIO(text_of(block, before), newline=""), strict=True)
        try:
            cells = next(filter(None, reader), None)
        except csv.Error as error:
            raise InvalidInput([at_line(before + reader.line_num, f"expected CSV: {error}")]) from error
        if cells is not None:
            self._open(header_of(cells, self._names))
        return b"".join(block.splitlines(keepends=True)[reader.line_num :])

    def _open(self, header: Header) -> None:
        self._header, self._pick = header, header.pick()
        if header.width <= WIDEST:
            row: Any = tuple.__class_getitem__((float,) * header.width)
            self._numbers = msgspec.json.Decoder(list.__class_getitem__(row))

    def typed(self, block: bytes) -> Iterable[Row] | None:
        """Read cells that are all plain numbers, else those of the features; None where one is not plainly a number."""
        try:
            return self._as_json(block)
        except (msgspec.DecodeError, RecursionError):
            return self._as_cells(block)

    def _as_json(self, block: bytes) -> Iterable[Row]:
        """Read lines as JSON, once commas stand between them: a fifth of the time that cells of text take."""
        if self._numbers is None or b'"' in block or b"[" in block:
            raise msgspec.DecodeError
        rows = self._numbers.decode(b"[[" + block.rstrip(b"\r\n").replace(b"\n", b"],[") + b"]]")
        is_whole = self._header is not None and self._header.places == tuple(range(self._header.width))
        return rows if is_whole else map(self._pick, rows)

    def _as_cells(self, block: bytes) -> Iterable[Row] | None:
        """Read the features' cells; None where one is not plainly a number, or a record is no row."""
        try:
            records = list(filter(None, csv.reader(io.StringIO(block.decode(), newline=""), strict=True)))
            if {len(record) for record in records} - {self._width}:
                return None
            cells = list(chain.from_iterable(map(self._pick, records)))
            values = iter(doubles(cells))
        except (csv.Error, ValueError):
            return None
        return zip(*[values] * len(self._names), strict=True)

    def read(self, block: bytes, before: int) -> list[Numbered]:
        """Read records cell by cell.

        Raises
        ------
        MalformedRequest, InvalidInput
            They are not UTF-8, not CSV, or hold what is no number; with all faults.
        """
        reader = csv.reader(io.StringIO(text_of(block, before), newline=""), strict=True)
        rows: list[Numbered] = []
        faults: list[Fault] = []
        try:
            for cells in filter(None, reader):
                line = before + reader.line_num
                rows.append((line, self._row(line, cells, faults)))
        except csv.Error as error:
            faults.append(at_line(before + reader.line_num, f"expected CSV: {error}"))
        if faults:
            raise InvalidInput(faults[:MOST_FAULTS])
        return rows

    def _row(self, line: int, cells: list[str], faults: list[Fault]) -> Row:
        if len(cells) != self._width:
            faults.append(at_line(line, f"expected {self._width} cells, found {len(cells)}"))
            return ()
        return row_of(line, self._names, self._pick(cells), written_number, faults)

    @property
    def _width(self) -> int:
        return self._header.width if self._header else 0

    def end(self, before: int) -> None:
        """Check that a quote is not open, and that there was a header."""
        self._quoted.require_end(before)
        if not self._header:
            header_of((), self._names)


def doubles(cells: Sequence[str]) -> list[float]:
    """Return cells of text as numbers, which may be infinite; raise ValueError where one is not plainly a number."""
    try:
        values = msgspec.json.decode(f"[{','.join(cells)}]", type=list[float])
        if len(values) == len(cells):
            return values
    except msgspec.DecodeError:
        pass
    # Python takes 1_000 for a number, and digits of all scripts.
    if "_" in (text := "".join(cells)) or not text.isascii():
        raise ValueError
    return list(map(float, cells))
