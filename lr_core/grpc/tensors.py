"""Between the protocol's messages and the request that REST and gRPC share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lr_core.errors import Fault
from lr_core.grpc.messages import ModelInferResponse
from lr_core.pointer import pointer
from lr_core.protocols.v2.infer import Asked
from lr_core.protocols.v2.outputs import PREDICT
from lr_core.protocols.v2.request import InferRequest, Input, InputParameters, Output

if TYPE_CHECKING:
    from lr_core.document import Document
    from lr_core.protocols.v2.arithmetic import Arithmetic, Values

__all__ = ["asked", "response"]

RAW = "raw_input_contents"
FIELDS = {
    "BOOL": "bool_contents",
    **dict.fromkeys(("INT8", "INT16", "INT32"), "int_contents"),
    "INT64": "int64_contents",
    **dict.fromkeys(("UINT8", "UINT16", "UINT32"), "uint_contents"),
    "UINT64": "uint64_contents",
    "FP32": "fp32_contents",
    "FP64": "fp64_contents",
    "BYTES": "bytes_contents",
}
"""The field of `InferTensorContents` that holds the elements of a datatype; FP16 has none."""


def asked(request: Any) -> Asked:
    """Return what a `ModelInferRequest` asks."""
    faults: list[Fault] = []
    inputs, outputs = request.inputs, [Output(each.name) for each in request.outputs]
    if not request.raw_input_contents:
        found = [typed(each, i, faults) for i, each in enumerate(inputs)]
        return Asked(InferRequest(found, outputs=outputs), None, faults=faults)
    check_raw(request, faults)
    pieces = [*request.raw_input_contents, *(b"" for _ in inputs)][: len(inputs)]
    found = [raw(each, len(piece)) for each, piece in zip(inputs, pieces, strict=True)]
    data = memoryview(pieces[0] if len(pieces) == 1 else b"".join(pieces))
    return Asked(InferRequest(found, outputs=outputs), data, faults=faults)


def check_raw(request: Any, faults: list[Fault]) -> None:
    """Check that elements are raw for all inputs, as the specification has it, or for none."""
    n_raw, n_inputs = len(request.raw_input_contents), len(request.inputs)
    if n_raw != n_inputs:
        faults.append(Fault(f"expected one for each of {n_inputs} inputs, found {n_raw}", pointer(RAW)))
    for i, tensor in enumerate(request.inputs):
        if tensor.contents.ListFields():
            faults.append(Fault(f"expected none beside {RAW}, found some", pointer("inputs", i, "contents")))


def raw(tensor: Any, n_bytes: int) -> Input:
    """Return an input whose elements are so many bytes."""
    return Input(tensor.name, list(tensor.shape), tensor.datatype, InputParameters(n_bytes))


def typed(tensor: Any, position: int, faults: list[Fault]) -> Input:
    """Return an input whose elements stand in the field that its datatype has."""
    field = FIELDS.get(tensor.datatype)
    given = [each.name for each, _ in tensor.contents.ListFields()]
    if field and given and given != [field]:
        text = f"expected the elements in {field}, for the datatype is {tensor.datatype}, found {', '.join(given)}"
        faults.append(Fault(text, pointer("inputs", position, "contents")))
    place = given[0] if given else field
    data = list(getattr(tensor.contents, place)) if place else []
    return Input(tensor.name, list(tensor.shape), tensor.datatype, None, data)


def response(document: Document, request: Any, predictions: Values, arithmetic: Arithmetic) -> Any:
    """Return a `ModelInferResponse`, whose elements are raw where the request's were."""
    answer = ModelInferResponse(model_name=document.model, model_version=document.version, id=request.id)
    output = answer.outputs.add(name=PREDICT, datatype="FP64", shape=[len(predictions)])
    if request.raw_input_contents:
        answer.raw_output_contents.append(arithmetic.packed(predictions))
    else:
        output.contents.fp64_contents.extend(arithmetic.listed(predictions))
    return answer
