"""The binary tensor extension: elements of tensors as little-endian bytes behind the JSON of a message.

What a body says of its sizes must agree with itself and with the bytes that are there, to the byte.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from math import isfinite, prod
from typing import TYPE_CHECKING

from lr_core.errors import Fault, InvalidInput
from lr_core.pointer import pointer
from lr_core.protocols.v2.datatypes import DATATYPES, TRUTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lr_core.protocols.rows import Place
    from lr_core.protocols.v2.arithmetic import Arithmetic, Values
    from lr_core.protocols.v2.datatypes import Datatype
    from lr_core.protocols.v2.request import Input

__all__ = ["HEADER", "MOST_DIMENSIONS", "pieces", "read", "split"]

HEADER = "Inference-Header-Content-Length"
MOST_DIMENSIONS = 2
LENGTH_DIGITS = 20
"""No body is longer, and Python reads no number of thousands of digits."""


def split(body: bytes, length: str | None) -> tuple[bytes, memoryview | None]:
    """Return the JSON of a body, and the binary data behind it.

    Parameters
    ----------
    length
        The header that says how long the JSON is; without it there are no binary data, not even empty ones.

    Raises
    ------
    InvalidInput
        The header is no length within the body.
    """
    if length is None:
        return body, None
    is_number = length.isascii() and length.isdigit() and len(length) <= LENGTH_DIGITS
    if not is_number or int(length) > len(body):
        raise InvalidInput.at("", f"expected {HEADER} to be within the body's {len(body)} bytes, found {length[:40]!r}")
    return body[: int(length)], memoryview(body)[int(length) :]


def pieces(inputs: Sequence[Input], data: memoryview | None, faults: list[Fault]) -> list[memoryview] | None:
    """Return the binary data of each input, nothing for one without; None where sizes do not agree."""
    if not data and all(each.binary_data_size is None for each in inputs):
        return None
    sizes = [each.binary_data_size or 0 for each in inputs]
    wrong = [fault for i, each in enumerate(inputs) if (fault := wrong_size(each, i))]
    if data is None:
        wrong.append(Fault(f"expected the header {HEADER}, for there are binary data"))
    elif sum(sizes) != len(data):
        wrong.append(Fault(f"expected {sum(sizes)} bytes of binary data, as the inputs say, found {len(data)}"))
    faults += wrong
    if wrong or data is None:
        return None
    return [data[start:end] for start, end in pairwise(accumulate(sizes, initial=0))]


def wrong_size(tensor: Input, position: int) -> Fault | None:
    """Return what is wrong with the size that an input gives its binary data."""
    size, datatype = tensor.binary_data_size, DATATYPES.get(tensor.datatype)
    if len(tensor.shape) > MOST_DIMENSIONS:
        return None  # which is known; a product of all of its numbers might have millions of digits
    if size is None or datatype is None or size == (wanted := prod(tensor.shape) * datatype.size):
        return None
    text = f"expected {wanted} bytes, for the shape is {tensor.shape} and the datatype {datatype.name}, found {size}"
    return Fault(text, pointer("inputs", position, "parameters", "binary_data_size"))


def read(data: memoryview, datatype: Datatype, arithmetic: Arithmetic, place: Place, faults: list[Fault]) -> Values:
    """Return the elements of a tensor as doubles, having checked that they are numbers, or truth values."""
    values = arithmetic.elements(data, datatype.code)
    if datatype.kinds == TRUTH and not set(data) <= {0, 1}:
        wrong = [(i, byte) for i, byte in enumerate(data) if byte > 1]
        faults += [Fault(f"expected 0 or 1 as element {i}, found {byte}", pointer(*place)) for i, byte in wrong]
    elif datatype.is_float and not arithmetic.are_finite(values):
        odd = [(i, value) for i, value in enumerate(values) if not isfinite(value)]
        faults += [Fault(f"expected a number as element {i}, found {value}", pointer(*place)) for i, value in odd]
    return values
