"""The original routes, to the letter: `/stream` takes one record, `/batch` some, and both answer with strings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.errors import Fault, InvalidInput
from lr_core.pointer import pointer
from lr_core.protocols.codec import Codec
from lr_core.protocols.json import read_object, shown
from lr_core.protocols.rows import positional, written_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lr_core.protocols.rows import Place, Row

__all__ = ["BATCH", "STREAM"]


def decode_stream(body: bytes, names: Sequence[str]) -> list[Row]:
    """Read `{"record": "0.5"}`; where a model has more features, a list of numbers or strings.

    Raises
    ------
    MalformedRequest, InvalidInput
        With all faults of the body.
    """
    faults: list[Fault] = []
    value = member(body, "record", faults)
    rows = [] if faults else [record(value, names, ("record",), faults)]
    return checked(rows, faults)


def decode_batch(body: bytes, names: Sequence[str]) -> list[Row]:
    """Read `{"records": ["0.5", 0.1, ["0.3"]]}`.

    Raises
    ------
    MalformedRequest, InvalidInput
        With all faults of the body.
    """
    faults: list[Fault] = []
    values = member(body, "records", faults)
    if faults:
        raise InvalidInput(faults)
    if not isinstance(values, list):
        raise InvalidInput.at("/records", f"expected a list of records, found {shown(values)}")
    return checked([record(value, names, ("records", i), faults) for i, value in enumerate(values)], faults)


def encode_stream(predictions: Sequence[float]) -> dict[str, str]:
    """Return `{"prediction": "[138.08]"}`."""
    return {"prediction": f"[{predictions[0]:.2f}]"}


def encode_batch(predictions: Sequence[float]) -> dict[str, str]:
    """Return `{"predictions": "[[192.54], [186.90]]"}`."""
    return {"predictions": f"[{', '.join(f'[{value:.2f}]' for value in predictions)}]"}


def member(body: bytes, name: str, faults: list[Fault]) -> object:
    """Return the one member that a body must have, and may have."""
    value = read_object(body)
    if name not in value:
        faults.append(Fault(f"expected the field {name!r}", pointer(name)))
    faults += [Fault(f"unknown field; expected only {name!r}", pointer(other)) for other in value if other != name]
    return value.get(name)


def record(value: object, names: Sequence[str], place: Place, faults: list[Fault]) -> Row:
    """Read one record: a bare number or string for a model of one feature, else a list."""
    if isinstance(value, list):
        return positional(value, names, place, faults, written_number)
    if len(names) == 1:
        return (written_number(value, place, faults),)
    faults.append(Fault(f"expected a list of {len(names)} numbers, found {shown(value)}", pointer(*place)))
    return ()


def checked(rows: list[Row], faults: list[Fault]) -> list[Row]:
    """Return the rows, unless something was wrong with one."""
    if faults:
        raise InvalidInput(faults)
    return rows


STREAM = Codec(decode_stream, encode_stream, lambda _: "/record")
BATCH = Codec(decode_batch, encode_batch, lambda row: pointer("records", row))
