"""The elements of a tensor as JSON writes them: flat, or nested as the shape says (row-major).

All at once where they are just that; value by value, and for all of their faults, where they are not.
"""

from __future__ import annotations

from array import array
from itertools import chain
from math import nan, prod
from struct import pack, unpack
from typing import TYPE_CHECKING, Any

from lr_core.errors import Fault
from lr_core.pointer import pointer
from lr_core.protocols.codec import are_finite
from lr_core.protocols.json import shown, spelled
from lr_core.protocols.rows import number
from lr_core.protocols.v2.datatypes import INTEGER, TRUTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lr_core.protocols.rows import Place
    from lr_core.protocols.v2.datatypes import Datatype
    from lr_core.protocols.v2.request import Input

__all__ = ["elements"]


def elements(tensor: Input, datatype: Datatype, place: Place, faults: list[Fault]) -> Sequence[float]:
    """Return the elements of a tensor, each as a double of just the value that its datatype gives it."""
    if isinstance(tensor.data, memoryview):
        return tensor.data
    flat = flattened(tensor.data, tensor.shape)
    if flat is not None:
        kinds = set(map(type, flat[:1] if tensor.has_doubles else flat))
        values = converted(flat, kinds, datatype)
        if values is not None:
            return values
    return [element(value, datatype, at, faults) for value, at in placed(tensor.data, tensor.shape, place, faults)]


def flattened(data: object, shape: Sequence[int]) -> list[object] | None:
    """Return data as one list; None where they are not as the shape says."""
    if type(data) is not list:
        return None
    if len(shape) == 2 and data and isinstance(data[0], list | tuple):  # noqa: PLR2004  -- a matrix
        if len(data) != shape[0] or len(set(map(type, data))) != 1 or set(map(len, data)) != {shape[1]}:
            return None
        return list(chain.from_iterable(data))
    return data if len(data) == prod(shape) else None


def converted(flat: list[Any], kinds: set[type], datatype: Datatype) -> Sequence[float] | None:
    """Return elements, which are of some types, as doubles; None where one is not of the datatype."""
    if not kinds <= datatype.kinds:
        return None
    try:
        numbers: list[float] = flat if kinds <= {float} else list(map(float, flat))
        if datatype.code == "f":
            numbers = array("f", numbers).tolist()  # rounded to what it can hold
    except OverflowError:
        return None
    return numbers if fits(numbers, flat, datatype) else None


def fits(numbers: list[float], flat: list[Any], datatype: Datatype) -> bool:
    """Tell whether elements are in the range of their datatype, the integers before they became doubles."""
    if datatype.is_float:
        return are_finite(numbers)
    return not flat or datatype.low <= min(flat) <= max(flat) <= datatype.high


def placed(data: object, shape: Sequence[int], place: Place, faults: list[Fault]) -> Iterator[tuple[object, Place]]:
    """Yield the values of data, each with its place."""
    if not isinstance(data, list):
        faults.append(Fault(f"expected a list of {prod(shape)} values, found {shown(data)}", pointer(*place)))
    elif len(shape) == 2 and any(isinstance(row, list | tuple) for row in data):  # noqa: PLR2004  -- a matrix
        yield from nested(data, shape, place, faults)
    else:
        if len(data) != prod(shape):
            wanted = f"expected {prod(shape)} values, for the shape is {spelled(list(shape))}"
            faults.append(Fault(f"{wanted}, found {len(data)}", pointer(*place)))
        yield from ((value, (*place, i)) for i, value in enumerate(data))


def nested(
    data: list[object], shape: Sequence[int], place: Place, faults: list[Fault]
) -> Iterator[tuple[object, Place]]:
    """Yield the values of a list of rows."""
    n_rows, width = shape
    if len(data) != n_rows:
        wanted = f"expected {n_rows} rows, for the shape is {spelled(list(shape))}"
        faults.append(Fault(f"{wanted}, found {len(data)}", pointer(*place)))
    for i, row in enumerate(data):
        if isinstance(row, list | tuple) and len(row) == width:
            yield from ((value, (*place, i, j)) for j, value in enumerate(row))
        else:
            faults.append(Fault(f"expected a list of {width} values, found {shown(row)}", pointer(*place, i)))


def element(value: object, datatype: Datatype, place: Place, faults: list[Fault]) -> float:
    """Read one element."""
    if datatype.kinds == TRUTH:
        if isinstance(value, bool):
            return float(value)
        faults.append(Fault(f"expected true or false, found {shown(value)}", pointer(*place)))
        return nan
    known = len(faults)
    double = number(value, place, faults)
    if len(faults) > known:
        return nan
    if datatype.kinds == INTEGER:
        return integer(value, datatype, place, faults)
    return single(double, datatype, place, faults)


def integer(value: Any, datatype: Datatype, place: Place, faults: list[Fault]) -> float:
    """Read an element of a datatype of integers; 2.0 is one, for JSON has one kind of number."""
    exact = int(value)
    if exact == value and datatype.low <= exact <= datatype.high:
        return float(exact)
    wanted = f"expected an integer from {datatype.low} to {datatype.high}, as {datatype.name} has them"
    faults.append(Fault(f"{wanted}, found {shown(value)}", pointer(*place)))
    return nan


def single(double: float, datatype: Datatype, place: Place, faults: list[Fault]) -> float:
    """Round a double to what a datatype of floats can hold."""
    try:
        (rounded,) = unpack(f"<{datatype.code}", pack(f"<{datatype.code}", double))
    except OverflowError:
        faults.append(Fault(f"expected a number that {datatype.name} can hold, found {shown(double)}", pointer(*place)))
        return nan
    return float(rounded)
