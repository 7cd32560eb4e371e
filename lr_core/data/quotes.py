"""Where a quote opened: what a message names where one does not end."""

from __future__ import annotations

__all__ = ["OpenQuote"]


class OpenQuote:
    """Follows the quotes of a record, line by line.

    Attributes
    ----------
    line
        The line on which the quote opened that is open after the lines so far; 0 for none.
    before
        The same before the latest line.
    """

    def __init__(self) -> None:
        self.line = self.before = 0

    def begin(self) -> None:
        """Begin a record."""
        self.line = self.before = 0

    def follow(self, number: int, line: str) -> None:
        """Take in a line of the record; a doubled quote neither opens nor closes."""
        self.before = self.line
        quotes = line.replace('""', "").count('"')
        if quotes:
            self.line = number if (bool(self.before) + quotes) % 2 else 0
