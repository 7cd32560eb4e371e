"""The JSON of an inference request.

It is decoded optimistically into typed structs; what is not just that is read value by value, for all of its faults.
Members that are not known are passed over, and an optional one may be null, as clients send it.
"""

from __future__ import annotations

from contextlib import suppress
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from msgspec.structs import replace

from lr_core.errors import Fault, InvalidInput
from lr_core.pointer import pointer
from lr_core.protocols import codec
from lr_core.protocols.json import read_object, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lr_core.protocols.rows import Place

    Read = Callable[[object, Place, list[Fault]], object]

__all__ = ["InferRequest", "Input", "Output", "decode"]


class InputParameters(msgspec.Struct, frozen=True):
    """What an input says of itself: that so many bytes behind the JSON are its elements."""

    binary_data_size: int | None = None


class OutputParameters(msgspec.Struct, frozen=True):
    """How an output is asked for."""

    binary_data: bool | None = None


class RequestParameters(msgspec.Struct, frozen=True):
    """How all outputs are asked for, that do not say it themselves."""

    binary_data_output: bool | None = None


class Input(msgspec.Struct, frozen=True):
    """An input tensor; `data` is whatever JSON says, or a view of all its doubles where those were read at once.

    Attributes
    ----------
    has_doubles
        Whether `data` are known to be doubles, or rows of them, and nothing else.
    """

    has_doubles: ClassVar[bool] = False
    name: str
    shape: list[int]
    datatype: str
    parameters: InputParameters | None = None
    data: Any = None

    @property
    def binary_data_size(self) -> int | None:
        """Bytes behind the JSON; None where `data` has the elements."""
        return self.parameters.binary_data_size if self.parameters else None


class Output(msgspec.Struct, frozen=True):
    """An output that is asked for."""

    name: str
    parameters: OutputParameters | None = None


class InferRequest(msgspec.Struct, frozen=True):
    """A request, less its binary data."""

    inputs: list[Input]
    id: str | None = None
    parameters: RequestParameters | None = None
    outputs: list[Output] | None = None


def decoder(data: Any) -> msgspec.json.Decoder[InferRequest]:
    """Return a decoder of requests whose inputs have data of one type of doubles."""
    of_doubles = msgspec.defstruct(
        "Doubles", [("data", data | None, None)], bases=(Input,), namespace={"has_doubles": True}, frozen=True
    )
    inputs: Any = list.__class_getitem__(of_doubles)
    return msgspec.json.Decoder(msgspec.defstruct("Request", [("inputs", inputs)], bases=(InferRequest,), frozen=True))


DOUBLES = (decoder(list[float]), decoder(list[tuple[float, ...]]))
WHATEVER = msgspec.json.Decoder(InferRequest)


def decode(text: bytes) -> InferRequest:
    """Read a request.

    Raises
    ------
    MalformedRequest, InvalidInput
        With all faults of its form; tensors may still contradict themselves.
    """
    try:
        if not text.isascii():
            text.decode()  # the decoder below does not look into members that it passes over
        return decode_large(text) or decode_typed(text)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return read(text)


def decode_large(text: bytes) -> InferRequest | None:
    """Read a large request of one tensor of doubles in flat data; None for any other."""
    if len(text) <= codec.MANY_BYTES:
        return None
    from lr_core.protocols import many  # noqa: PLC0415  -- only large bodies pay for it

    found = many.column(text)
    if found is None:
        return None
    rest, doubles = found
    request = WHATEVER.decode(rest)
    match request.inputs:
        # No other shape is taken, and a product of very many numbers would take minutes.
        case [Input(shape=[_] | [_, _], datatype="FP64", data=many.STAND_IN) as tensor]:
            if prod(tensor.shape) == len(doubles):
                return replace(request, inputs=[replace(tensor, data=doubles)])
    return None


def decode_typed(text: bytes) -> InferRequest:
    """Read a request that is in order, its elements at once as doubles; unless they might lose what an integer is."""
    for doubles in DOUBLES:
        with suppress(msgspec.ValidationError):
            request = doubles.decode(text)
            if not any("INT" in each.datatype for each in request.inputs):
                return request
            break
    return WHATEVER.decode(text)


def read(text: bytes) -> InferRequest:
    """Read a request value by value, and all of its faults."""
    faults: list[Fault] = []
    request = REQUEST(read_object(text), (), faults)
    if faults:
        raise InvalidInput(faults)
    return msgspec.convert(request, InferRequest)


def of_type(kind: type, wanted: str) -> Read:
    """Return a reader of values of one type."""

    def read_value(value: object, place: Place, faults: list[Fault]) -> object:
        if type(value) is not kind:  # true is no integer here
            faults.append(Fault(f"expected {wanted}, found {shown(value)}", pointer(*place)))
        return value

    return read_value


def optional(reader: Read) -> Read:
    """Return a reader of values that may be missing, or null."""
    return lambda value, place, faults: None if value is None else reader(value, place, faults)


def list_of(reader: Read) -> Read:
    """Return a reader of lists."""

    def read_list(value: object, place: Place, faults: list[Fault]) -> object:
        if not isinstance(value, list):
            faults.append(Fault(f"expected a list, found {shown(value)}", pointer(*place)))
            return []
        return [reader(item, (*place, i), faults) for i, item in enumerate(value)]

    return read_list


def object_of(members: Mapping[str, Read]) -> Read:
    """Return a reader of objects; other members are passed over."""

    def read_members(value: object, place: Place, faults: list[Fault]) -> object:
        if not isinstance(value, dict):
            faults.append(Fault(f"expected an object, found {shown(value)}", pointer(*place)))
            return {}
        return {name: reader(value.get(name), (*place, name), faults) for name, reader in members.items()}

    return read_members


TEXT, WHOLE, TRUTH = of_type(str, "a string"), of_type(int, "an integer"), of_type(bool, "true or false")
INPUT = object_of(
    {
        "name": TEXT,
        "shape": list_of(WHOLE),
        "datatype": TEXT,
        "parameters": optional(object_of({"binary_data_size": optional(WHOLE)})),
        "data": lambda value, _place, _faults: value,
    }
)
OUTPUT = object_of({"name": TEXT, "parameters": optional(object_of({"binary_data": optional(TRUTH)}))})
REQUEST = object_of(
    {
        "inputs": list_of(INPUT),
        "id": optional(TEXT),
        "parameters": optional(object_of({"binary_data_output": optional(TRUTH)})),
        "outputs": optional(list_of(OUTPUT)),
    }
)
