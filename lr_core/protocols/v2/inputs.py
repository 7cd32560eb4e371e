"""From the inputs of a request to the elements that a model predicts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.errors import Fault
from lr_core.pointer import pointer
from lr_core.protocols.json import shown, spelled
from lr_core.protocols.v2 import binary, data
from lr_core.protocols.v2.datatypes import DATATYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lr_core.protocols.v2.arithmetic import Arithmetic, Values
    from lr_core.protocols.v2.request import Input

__all__ = ["tensors"]


def tensors(
    inputs: Sequence[Input], raw: memoryview | None, names: Sequence[str], arithmetic: Arithmetic, faults: list[Fault]
) -> list[Values]:
    """Return one matrix, or one column a feature in the order of the features.

    Parameters
    ----------
    inputs
        One matrix of shape (n, n_features), whatever its name; or a tensor of shape (n,) or (n, 1) for each feature, by
        its name and in any order.
    raw
        The binary data of all inputs, one behind the other.
    faults
        To which all faults of names, shapes, datatypes, sizes and elements are added.
    """
    is_matrix = len(inputs) == 1 and (inputs[0].name not in names or inputs[0].shape[1:] == [len(names)])
    if is_matrix:
        check_matrix(inputs[0], names, faults)
    else:
        check_names(inputs, names, faults)
        check_lengths(inputs, faults)
    found = values(inputs, raw, arithmetic, faults)
    if faults or is_matrix:
        return found
    by_name = {tensor.name: each for tensor, each in zip(inputs, found, strict=True)}
    return [by_name[name] for name in names]


def check_matrix(tensor: Input, names: Sequence[str], faults: list[Fault]) -> None:
    """Check the shape of the one input that has all features."""
    if len(tensor.shape) == 2 and tensor.shape[0] >= 0 and tensor.shape[1] == len(names):  # noqa: PLR2004  -- a matrix
        return
    wanted = f"expected one tensor of the shape [n, {len(names)}], or one for each of {spelled(list(names))}"
    found = f"found {shown(tensor.name)} of the shape {spelled(tensor.shape)}"
    faults.append(Fault(f"{wanted}; {found}", pointer("inputs", 0, "shape")))


def check_names(inputs: Sequence[Input], names: Sequence[str], faults: list[Fault]) -> None:
    """Check that each feature has one tensor."""
    known, given = set(names), set[str]()
    for i, tensor in enumerate(inputs):
        if tensor.name not in known:
            wanted = f"expected the name of a feature ({spelled(list(names))})"
            faults.append(Fault(f"{wanted}, found {shown(tensor.name)}", pointer("inputs", i, "name")))
        elif tensor.name in given:
            faults.append(
                Fault(f"expected one tensor a feature, found {shown(tensor.name)} again", pointer("inputs", i, "name"))
            )
        given.add(tensor.name)
    missing = [name for name in names if name not in given]
    faults += [Fault(f"expected a tensor for the feature {spelled(name)}, found none", "/inputs") for name in missing]


def check_lengths(inputs: Sequence[Input], faults: list[Fault]) -> None:
    """Check that tensors are columns, all of the same length."""
    length: int | None = None
    for i, tensor in enumerate(inputs):
        place = pointer("inputs", i, "shape")
        if len(tensor.shape) not in {1, 2} or tensor.shape[1:] not in ([], [1]) or tensor.shape[0] < 0:
            faults.append(Fault(f"expected the shape [n] or [n, 1], found {spelled(tensor.shape)}", place))
        elif length is None:
            length = tensor.shape[0]
        elif tensor.shape[0] != length:
            faults.append(Fault(f"expected {length} rows, as in the tensors before, found {tensor.shape[0]}", place))


def values(
    inputs: Sequence[Input], raw: memoryview | None, arithmetic: Arithmetic, faults: list[Fault]
) -> list[Values]:
    """Return the elements of each tensor as doubles."""
    pieces = binary.pieces(inputs, raw, faults)
    found = []
    for i, tensor in enumerate(inputs):
        datatype = DATATYPES.get(tensor.datatype)
        is_binary = tensor.binary_data_size is not None
        if datatype is None:
            faults.append(Fault(unknown(tensor.datatype), pointer("inputs", i, "datatype")))
        elif is_binary and tensor.data is not None:
            faults.append(Fault("expected data or binary_data_size, found both", pointer("inputs", i)))
        elif not is_binary and not datatype.kinds:
            wanted = f"expected binary data, for {datatype.name} has no other form"
            faults.append(Fault(wanted, pointer("inputs", i, "datatype")))
        elif len(tensor.shape) > binary.MOST_DIMENSIONS:
            continue  # a fault that is known
        elif not is_binary:
            found.append(data.elements(tensor, datatype, ("inputs", i, "data"), faults))
        elif pieces is not None:
            found.append(binary.read(pieces[i], datatype, arithmetic, ("inputs", i), faults))
    return found


def unknown(datatype: str) -> str:
    """Return what is said of a datatype that is none of numbers."""
    if datatype == "BYTES":
        return "expected a datatype of numbers, found BYTES, which is for categories: this model has none"
    return f"expected a datatype ({', '.join(DATATYPES)}), found {shown(datatype)}"
