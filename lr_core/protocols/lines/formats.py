"""How each media type of lines writes rows and predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from lr_core.protocols.lines.csv_rows import CsvRows
from lr_core.protocols.lines.json_rows import JsonRows
from lr_core.protocols.media import CSV, JSON_LINES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lr_core.protocols.lines.records import Rows

__all__ = ["FORMATS", "Format"]


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write lines.

    Attributes
    ----------
    rows
        Returns what reads rows, given the names of the features.
    head
        What comes before the first prediction.
    before, after
        What stands around a prediction on its line.
    """

    rows: Callable[[Sequence[str]], Rows]
    head: bytes
    before: bytes
    after: bytes

    def encode(self, predictions: Sequence[float]) -> bytes:
        """Return predictions, a line each, as the shortest decimals that read back bit for bit."""
        if not predictions:
            return b""
        numbers = msgspec.json.encode(predictions)[1:-1]
        return b"".join((self.before, numbers.replace(b",", self.after + self.before), self.after))


OF_JSON = Format(JsonRows, b"", b'{"prediction": ', b"}\n")
FORMATS: Mapping[str, Format] = {
    CSV: Format(CsvRows, b"prediction\n", b"", b"\n"),
    **dict.fromkeys(JSON_LINES, OF_JSON),
}
"""By media type."""
