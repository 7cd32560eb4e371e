"""Whole records of rows, cut from the bytes that bring them as they come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lr_core.protocols.lines.cells import n_lines
from lr_core.protocols.lines.cut import Cut, too_long

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lr_core.protocols.lines.cells import Numbered
    from lr_core.protocols.rows import Row

__all__ = ["Block", "Records", "Rows"]


class Rows(Protocol):
    """How rows are written in lines."""

    def whole_records(self, lines: bytes, before: int, /) -> bytes:
        """Return the lines without those of a record that goes on, which are held until it ends.

        `before` is how many lines came before those that are held.
        """
        ...

    def below_header(self, block: bytes, before: int, /) -> bytes:
        """Return the records without the header, where there is one and it has not come before."""
        ...

    def typed(self, block: bytes, /) -> Iterable[Row] | None:
        """Read whole records at once, or return None where that cannot be done, or is not sure to be right."""
        ...

    def read(self, block: bytes, before: int, /) -> list[Numbered]:
        """Read whole records value by value; raise MalformedRequest or InvalidInput with all faults."""
        ...

    def end(self, before: int, /) -> None:
        """Raise what is wrong with rows that end here."""
        ...


@dataclass(frozen=True, slots=True)
class Block:
    """Whole records of rows.

    Attributes
    ----------
    before
        How many lines came before them.
    """

    records: bytes
    before: int


class Records:
    """Holds no more than one record that has not ended yet."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._cut = Cut()
        self._n_lines = 0

    def feed(self, piece: bytes) -> Block:
        """Return the records that have ended with a piece.

        Raises
        ------
        MalformedRequest, InvalidInput
            With what is wrong with the header, or with a line that does not end.
        """
        self._require_line_end()
        lines = self._cut.whole_lines(piece)
        return self._block(self._rows.whole_records(lines, self._n_lines) if lines else b"")

    def end(self) -> Block:
        """Return what is left, whose line need not have ended; for Raises see `feed`."""
        self._require_line_end()
        block = self._block(self._rows.whole_records(self._cut.last_line(), self._n_lines))
        self._rows.end(self._n_lines)
        return block

    def _block(self, records: bytes) -> Block:
        below = self._rows.below_header(records, self._n_lines) if records else b""
        self._n_lines += n_lines(records)
        return Block(below, self._n_lines - n_lines(below))

    def _require_line_end(self) -> None:
        if self._cut.is_too_long:
            raise too_long(self._n_lines + 1)
