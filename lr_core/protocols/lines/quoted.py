"""Records of CSV whose quoted cells hold line ends, which come in lines like all others."""

from __future__ import annotations

import re

from lr_core.errors import InvalidInput
from lr_core.protocols.lines.cells import at_line
from lr_core.protocols.lines.cut import LONGEST_RECORD, too_long

__all__ = ["Quoted"]

# As Python's csv has it: a cell is quoted where it begins with a quote, and a quote within is doubled. The quantifiers
# give nothing back, so that a line is read once, whatever stands in it.
REST = rb'(?:[^"]++|"")*+"[^,]*+'
CELL = rb'(?:"' + REST + rb'|(?!")[^,]*+)'
ENDS = re.compile(CELL + rb"(?:," + CELL + rb")*+")
ENDS_OPEN_ONE = re.compile(REST + rb"(?:," + CELL + rb")*+")


class Quoted:
    """Holds the lines of a record until its last one is there."""

    def __init__(self) -> None:
        self._held = bytearray()

    def whole_records(self, lines: bytes, before: int) -> bytes:
        """Return the lines, with those that were held, up to the end of the last record.

        Parameters
        ----------
        lines
            Whole ones, as they follow what came before.
        before
            How many lines came before those that are held.

        Raises
        ------
        InvalidInput
            A record is too long.
        """
        if not self._held and b'"' not in lines:
            return lines
        end = self._end(lines)
        records = bytes(self._held) + lines[:end] if end else b""
        self._held = bytearray(lines[end:]) if end else self._held + lines
        if len(self._held) > LONGEST_RECORD:
            raise too_long(before + 1)
        return records

    def _end(self, lines: bytes) -> int:
        """Return how many bytes there are up to the end of the last record that ends."""
        is_open, place, end = bool(self._held), 0, 0
        for line in lines.splitlines(keepends=True):
            is_open = not (ENDS_OPEN_ONE if is_open else ENDS).fullmatch(line)
            place += len(line)
            end = end if is_open else place
        return end

    def require_end(self, before: int) -> None:
        """Check that no quote is open at the end.

        Raises
        ------
        InvalidInput
            One is.
        """
        if self._held:
            raise InvalidInput([at_line(before + 1, "expected cells, found a quote that does not end")])
