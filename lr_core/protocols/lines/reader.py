"""The one way from lines to predictions, whoever brings them: a body that comes in pieces, or a file."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from lr_core.errors import InvalidInput
from lr_core.protocols.codec import are_finite
from lr_core.protocols.lines.cells import MOST_FAULTS, at_line
from lr_core.protocols.lines.records import Records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lr_core.model import LinearModel
    from lr_core.protocols.lines.cells import Numbered
    from lr_core.protocols.lines.records import Block, Rows

__all__ = ["Reader"]


class Reader:
    """Predicts rows as their lines come.

    Lines are read optimistically, many at once, and value by value where that fails.
    """

    def __init__(self, model: LinearModel, rows: Rows) -> None:
        self._model, self._rows = model, rows
        self._records = Records(rows)

    def feed(self, piece: bytes) -> list[float]:
        """Return the predictions of the rows that have ended with a piece.

        Raises
        ------
        MalformedRequest, InvalidInput
            With the faults of these rows, each with its line.
        """
        return self._predictions(self._records.feed(piece))

    def end(self) -> list[float]:
        """Return the predictions of what is left, whose line need not have ended; for Raises see `feed`."""
        return self._predictions(self._records.end())

    def _predictions(self, block: Block) -> list[float]:
        if not block.records:
            return []
        rows = self._rows.typed(block.records)
        predictions = None if rows is None else self._model.predict(rows)
        if predictions is None or not are_finite(predictions):
            return self._one_by_one(block)
        return predictions

    def _one_by_one(self, block: Block) -> list[float]:
        """Predict rows so that every fault has its line."""
        rows = self._rows.read(block.records, block.before)
        predictions = self._model.predict(row for _, row in rows)
        require_finite(rows, predictions)
        return predictions


def require_finite(rows: Sequence[Numbered], predictions: Sequence[float]) -> None:
    """Check that a double can hold each prediction."""
    faults = [
        at_line(line, "the prediction is too large for a double")
        for (line, _), value in zip(rows, predictions, strict=True)
        if not isfinite(value)
    ]
    if faults:
        raise InvalidInput(faults[:MOST_FAULTS])
