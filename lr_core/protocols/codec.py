"""The one way from a body to predictions, whatever the route."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from lr_core.errors import Fault, InvalidInput
from lr_core.protocols.marks import unmarked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lr_core.model import LinearModel
    from lr_core.protocols.marks import Mark
    from lr_core.protocols.rows import Row

__all__ = ["MANY_BYTES", "Codec", "are_finite", "predict", "require_finite"]

MANY_BYTES = 1 << 20
"""A larger body of JSON is read by a parser of its own and computed by numpy: of this size that saves a few
milliseconds, and loading them takes tens."""


@dataclass(frozen=True, slots=True)
class Codec:
    """How a route writes rows and predictions.

    Attributes
    ----------
    decode
        Reads rows from a body, given the names of the features.
    encode
        Returns the JSON value that carries predictions, themselves a JSON value.
    place
        Returns the JSON Pointer to a row of the body.
    predict_many
        Returns, for a large body in the plainest form, the JSON value of the predictions and their number; None for any
        other.
    """

    decode: Callable[[bytes, Sequence[str]], list[Row]]
    encode: Callable[[Any], object]
    place: Callable[[int], str]
    predict_many: Callable[[LinearModel, bytes], tuple[object, int] | None] = lambda _model, _body: None


def predict(model: LinearModel, body: bytes, codec: Codec, mark: Mark = unmarked) -> object:
    """Return the JSON value that answers a body.

    Raises
    ------
    MalformedRequest, InvalidInput
        With all faults of the body, or every row whose prediction a double cannot hold.
    """
    many = codec.predict_many(model, body)
    if many is not None:
        values, n_rows = many
        mark("compute", n_rows)
        return codec.encode(values)
    rows = codec.decode(body, model.feature_names)
    mark("decode")
    predictions = model.predict(rows)
    require_finite(predictions, codec.place)
    mark("compute", len(predictions))
    return codec.encode(predictions)


def require_finite(predictions: Sequence[float], place: Callable[[int], str]) -> None:
    """Check that predictions are numbers.

    Raises
    ------
    InvalidInput
        A double cannot hold some of them; each is named by the place of its row.
    """
    if are_finite(predictions):
        return
    raise InvalidInput(
        Fault("the prediction is too large for a double", place(row))
        for row, value in enumerate(predictions)
        if not isfinite(value)
    )


def are_finite(values: Sequence[float]) -> bool:
    """Tell whether all values are finite; their sum tells it faster, unless it overflows by itself."""
    return isfinite(sum(values)) or all(map(isfinite, values))
