"""Pieces of bytes cut where lines end."""

from __future__ import annotations

from lr_core.errors import InvalidInput
from lr_core.protocols.lines.cells import at_line

__all__ = ["LONGEST_RECORD", "Cut", "too_long"]

LONGEST_RECORD = 1 << 20
"""Bytes: what is longer is no row, and must not fill the memory."""

MARK = b"\xef\xbb\xbf"
"""What some programs put before the first line of UTF-8."""


class Cut:
    """Holds the line that has not ended yet; lines end with a line feed, a carriage return, or both."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._mark = MARK

    def whole_lines(self, piece: bytes) -> bytes:
        """Return the lines that have ended with a piece."""
        # A carriage return that comes last may be half of an end: it is looked at again with what follows.
        if self._rest.endswith(b"\r"):
            del self._rest[-1:]
            piece = b"\r" + piece
        end = max(piece.rfind(b"\n"), piece.rfind(b"\r", 0, -1)) + 1
        if not end:
            self._rest += piece
            return b""
        lines = bytes(self._rest) + piece[:end]
        self._rest = bytearray(piece[end:])
        return self._unmarked(lines)

    def last_line(self) -> bytes:
        """Return what came behind the last end."""
        return self._unmarked(bytes(self._rest))

    def _unmarked(self, lines: bytes) -> bytes:
        lines, self._mark = lines.removeprefix(self._mark), b""
        return lines

    @property
    def is_too_long(self) -> bool:
        """Tell whether the line that has not ended is longer than any row."""
        return len(self._rest) > LONGEST_RECORD


def too_long(line: int) -> InvalidInput:
    """Return the error of a row that does not end."""
    return InvalidInput([at_line(line, f"expected a row, found more than {LONGEST_RECORD:,} bytes")])
