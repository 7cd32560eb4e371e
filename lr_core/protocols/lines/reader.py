"""The one way from lines to predictions, whoever brings them: a body that comes in pieces, or a file."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Protocol

from lr_core.errors import InvalidInput
from lr_core.protocols.codec import are_finite
from lr_core.protocols.lines.cells import MOST_FAULTS, at_line, n_lines
from lr_core.protocols.lines.cut import Cut, too_long

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lr_core.model import LinearModel
    from lr_core.protocols.lines.cells import Numbered
    from lr_core.protocols.rows import Row

__all__ = ["Reader", "Rows"]


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


class Reader:
    """Predicts rows as their lines come; holds no more than one that has not ended yet.

    Lines are read optimistically, many at once, and value by value where that fails.
    """

    def __init__(self, model: LinearModel, rows: Rows) -> None:
        self._model, self._rows = model, rows
        self._cut = Cut()
        self._n_lines = 0

    def feed(self, piece: bytes) -> list[float]:
        """Return the predictions of the rows that have ended with a piece.

        Raises
        ------
        MalformedRequest, InvalidInput
            With the faults of these rows, each with its line.
        """
        lines = self._cut.whole_lines(piece)
        block = self._rows.whole_records(lines, self._n_lines) if lines else b""
        predictions = self._predictions(block)
        if self._cut.is_too_long:
            raise too_long(self._n_lines + 1)
        return predictions

    def end(self) -> list[float]:
        """Return the predictions of what is left, whose line need not have ended; for Raises see `feed`."""
        block = self._rows.whole_records(self._cut.last_line(), self._n_lines)
        predictions = self._predictions(block)
        self._rows.end(self._n_lines)
        return predictions

    def _predictions(self, records: bytes) -> list[float]:
        """Predict whole records."""
        if not records:
            return []
        end = self._n_lines + n_lines(records)
        block = self._rows.below_header(records, self._n_lines)
        rows = self._rows.typed(block)
        predictions = None if rows is None else self._model.predict(rows)
        if predictions is None or not are_finite(predictions):
            predictions = self._one_by_one(block, end - n_lines(block))
        self._n_lines = end
        return predictions

    def _one_by_one(self, block: bytes, before: int) -> list[float]:
        """Predict rows so that every fault has its line."""
        rows = self._rows.read(block, before)
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
