"""The one way from the body of an inference request to that of its response."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING

from lr_core.errors import Fault, InvalidInput, MalformedRequest
from lr_core.protocols.marks import unmarked
from lr_core.protocols.v2 import binary, request
from lr_core.protocols.v2.arithmetic import suited
from lr_core.protocols.v2.inputs import tensors
from lr_core.protocols.v2.outputs import answered, is_binary

if TYPE_CHECKING:
    from lr_core.document import Document
    from lr_core.model import LinearModel
    from lr_core.protocols.marks import Mark
    from lr_core.protocols.v2.arithmetic import Arithmetic, Values
    from lr_core.protocols.v2.outputs import Answer
    from lr_core.protocols.v2.request import InferRequest

__all__ = ["Asked", "Predicted", "infer", "predict"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, however it came.

    Attributes
    ----------
    raw
        The binary data of all inputs, one behind the other; None where there are none.
    json_bytes
        How much JSON it was read from.
    faults
        What is known already to be wrong with it.
    """

    request: InferRequest
    raw: memoryview | None
    json_bytes: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Predicted:
    """Predictions, and what they are to be written with.

    Attributes
    ----------
    is_binary
        Whether the request's JSON asks for binary data.
    """

    values: Values
    arithmetic: Arithmetic
    is_binary: bool


def infer(
    document: Document, model: LinearModel, body: bytes, header_length: str | None, mark: Mark = unmarked
) -> Answer:
    """Answer a body.

    Parameters
    ----------
    header_length
        What the header `Inference-Header-Content-Length` says; None where there is none.

    Raises
    ------
    MalformedRequest, InvalidInput
        With all faults of the body, or every row whose prediction a double cannot hold.
    """
    text, raw = binary.split(body, header_length)
    asked = Asked(read(text, raw), raw, len(text))
    predicted = predict(model, asked, mark)
    return answered(document, asked.request, predicted.values, predicted.arithmetic, binary=predicted.is_binary)


def predict(model: LinearModel, asked: Asked, mark: Mark = unmarked) -> Predicted:
    """Predict what a request asks.

    Raises
    ------
    InvalidInput
        With all faults, or every row whose prediction a double cannot hold.
    """
    faults = list(asked.faults)
    arithmetic = suited(len(asked.raw or b""), asked.json_bytes)
    found = tensors(asked.request.inputs, asked.raw, model.feature_names, arithmetic, faults)
    wants_binary = is_binary(asked.request, faults)
    if faults:
        raise InvalidInput(faults)
    mark("decode")
    values = arithmetic.predict(model, found)
    require_finite(values, arithmetic)
    mark("compute", len(values))
    return Predicted(values, arithmetic, wants_binary)


def read(text: bytes, raw: memoryview | None) -> InferRequest:
    """Return what the JSON of a body asks; where binary data stand in it, say what is missing."""
    try:
        return request.decode(text)
    except MalformedRequest as error:
        if raw is None and b"binary_data_size" in text:
            raise MalformedRequest(f"{error}; binary data need the header {binary.HEADER}") from error
        raise


def require_finite(predictions: Values, arithmetic: Arithmetic) -> None:
    """Check that predictions are numbers; a double cannot hold each."""
    if not arithmetic.are_finite(predictions):
        raise InvalidInput(
            Fault(f"the prediction of row {row} is too large for a double")
            for row, value in enumerate(predictions)
            if not isfinite(value)
        )
