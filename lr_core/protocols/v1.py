"""KServe's V1 protocol: `{"instances": [...]}` in, `{"predictions": [...]}` out.

Bodies are decoded optimistically into typed rows; whatever is not just that (objects, faults) is read value by value.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import msgspec

from lr_core.errors import Fault, InvalidInput
from lr_core.pointer import pointer
from lr_core.protocols import codec
from lr_core.protocols.codec import Codec
from lr_core.protocols.json import read_object, shown
from lr_core.protocols.rows import named, positional

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lr_core.model import LinearModel
    from lr_core.protocols.rows import Row

__all__ = ["V1"]


def decode(body: bytes, names: Sequence[str]) -> list[Row]:
    """Read the instances of a body: lists in the order of the features, or objects by feature name.

    Fields of the body that are not known are passed over, as the protocol has it.

    Raises
    ------
    MalformedRequest, InvalidInput
        With all faults of the body.
    """
    try:
        if not body.isascii():
            body.decode()  # the decoder below does not look into members that it passes over
        return cast("list[Row]", typed(len(names)).decode(body).instances)  # type: ignore[attr-defined]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return read(body, names)


@lru_cache(maxsize=256)
def typed(n_features: int) -> msgspec.json.Decoder[msgspec.Struct]:
    """Return a decoder of bodies whose instances are lists of so many numbers."""
    row: Any = tuple.__class_getitem__((float,) * n_features)
    return msgspec.json.Decoder(msgspec.defstruct("Body", [("instances", list.__class_getitem__(row))]))


def read(body: bytes, names: Sequence[str]) -> list[Row]:
    """Read a body value by value, and all of its faults."""
    value = read_object(body)
    instances = value.get("instances")
    if not isinstance(instances, list):
        raise InvalidInput.at("/instances", f"expected a list of instances, found {shown(instances)}")
    faults: list[Fault] = []
    rows = [instance(item, names, i, faults) for i, item in enumerate(instances)]
    if faults:
        raise InvalidInput(faults)
    return rows


def instance(item: object, names: Sequence[str], position: int, faults: list[Fault]) -> Row:
    """Read one instance."""
    place = ("instances", position)
    if isinstance(item, list):
        return positional(item, names, place, faults)
    if isinstance(item, dict):
        return named(item, names, place, faults)
    faults.append(Fault(f"expected a list of {len(names)} numbers or an object, found {shown(item)}", pointer(*place)))
    return ()


def predict_many(model: LinearModel, body: bytes) -> tuple[object, int] | None:
    """Return the predictions for a large body of lists of numbers, and how many; None for another, or one too large."""
    if len(body) <= codec.MANY_BYTES:
        return None
    from lr_core.protocols.many import matrix  # noqa: PLC0415  -- only large bodies pay for it
    from lr_core.protocols.v2 import arrays  # noqa: PLC0415

    rows = matrix(body, len(model.coef_))
    if rows is None:
        return None
    predictions = arrays.predict(model, [rows])
    return (arrays.listed(predictions), len(predictions)) if arrays.are_finite(predictions) else None


V1 = Codec(
    decode,
    lambda predictions: {"predictions": predictions},
    lambda row: pointer("instances", row),
    predict_many,
)
