"""The outputs of an inference: which are asked for, and how they are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from lr_core.errors import Fault
from lr_core.pointer import pointer
from lr_core.protocols.json import shown, spelled

if TYPE_CHECKING:
    from lr_core.document import Document
    from lr_core.protocols.v2.arithmetic import Arithmetic, Values
    from lr_core.protocols.v2.request import InferRequest

__all__ = ["PREDICT", "Answer", "answered", "is_binary"]

PREDICT = "predict"
INTERVAL = ("lower", "upper")


@dataclass(frozen=True, slots=True)
class Answer:
    """A response.

    Attributes
    ----------
    header_length
        Bytes of JSON at the beginning of the body, where binary data follow; else None.
    """

    body: bytes
    header_length: int | None


def is_binary(request: InferRequest, faults: list[Fault]) -> bool:
    """Tell whether predictions are asked for as binary data; an output that this model does not have is a fault."""
    outputs = request.outputs or ()
    names = [output.name for output in outputs]
    faults += [Fault(unknown(name), pointer("outputs", i, "name")) for i, name in enumerate(names) if name != PREDICT]
    if names.count(PREDICT) > 1:
        faults.append(Fault(f"expected {spelled(PREDICT)} once, found it {names.count(PREDICT)} times", "/outputs"))
    own = outputs[0].parameters.binary_data if outputs and outputs[0].parameters else None
    of_all = request.parameters.binary_data_output if request.parameters else None
    return bool(of_all if own is None else own)


def unknown(name: str) -> str:
    """Return what is said of an output that is not there."""
    if name in INTERVAL:
        return f"expected the output {spelled(PREDICT)}, found {shown(name)}: this model has no intervals"
    return f"expected the output {spelled(PREDICT)}, found {shown(name)}"


def answered(
    document: Document, request: InferRequest, predictions: Values, arithmetic: Arithmetic, *, binary: bool
) -> Answer:
    """Return the response with predictions.

    Their shape is [n], as scikit-learn and KServe's server for it have it, and as a feature of its own is sent.
    """
    output: dict[str, Any] = {"name": PREDICT, "datatype": "FP64", "shape": [len(predictions)]}
    response: dict[str, Any] = {"model_name": document.model, "model_version": document.version}
    if request.id is not None:
        response["id"] = request.id
    response["outputs"] = [output]
    if not binary:
        output["data"] = arithmetic.listed(predictions)
        return Answer(msgspec.json.encode(response), None)
    packed = arithmetic.packed(predictions)
    output["parameters"] = {"binary_data_size": len(packed)}
    text = msgspec.json.encode(response)
    return Answer(text + packed, len(text))
