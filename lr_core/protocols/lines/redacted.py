"""Rows of lines whose cells no message may quote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.redaction import redacting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lr_core.protocols.lines.cells import Numbered
    from lr_core.protocols.lines.records import Rows
    from lr_core.protocols.rows import Row
    from lr_core.redaction import Redaction

__all__ = ["redacted"]


def redacted(rows: Rows, redaction: Redaction | None) -> Rows:
    """Return what reads the same rows with messages that quote what a redaction allows; None for everything."""
    return rows if redaction is None else RedactedRows(rows, redaction)


class RedactedRows:
    """Reads rows as another one does, for whose calls a redaction holds."""

    def __init__(self, rows: Rows, redaction: Redaction) -> None:
        self._rows, self._redaction = rows, redaction

    def whole_records(self, lines: bytes, before: int) -> bytes:
        """Return the lines without those of a record that goes on."""
        with redacting(self._redaction):
            return self._rows.whole_records(lines, before)

    def below_header(self, block: bytes, before: int) -> bytes:
        """Return the records without the header."""
        with redacting(self._redaction):
            return self._rows.below_header(block, before)

    def typed(self, block: bytes) -> Iterable[Row] | None:
        """Read whole records at once, or return None; whatever is wrong with one is for `read` to say."""
        return self._rows.typed(block)

    def read(self, block: bytes, before: int) -> list[Numbered]:
        """Read whole records value by value."""
        with redacting(self._redaction):
            return self._rows.read(block, before)

    def end(self, before: int) -> None:
        """Raise what is wrong with rows that end here."""
        with redacting(self._redaction):
            self._rows.end(before)
