"""Rows of a design matrix, from the values that a protocol carries.

Each reader returns what it could read and adds to a list what it could not, so that a client learns all faults at once.
"""

from __future__ import annotations

import re
from math import isfinite, nan
from typing import TYPE_CHECKING

from lr_core.errors import Fault
from lr_core.pointer import pointer
from lr_core.protocols.json import shown, spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["Place", "Row", "named", "number", "positional", "written_number"]

Row = tuple[float, ...]
Place = tuple[str | int, ...]

DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)


def number(value: object, place: Place, faults: list[Fault]) -> float:
    """Read a JSON number that a double can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        faults.append(Fault(f"expected a number, found {shown(value)}", pointer(*place)))
        return nan
    try:
        double = float(value)
    except OverflowError:
        double = nan
    if not isfinite(double):
        faults.append(Fault("expected a number that a double can hold", pointer(*place)))
    return double


def written_number(value: object, place: Place, faults: list[Fault]) -> float:
    """Read a JSON number, or a string that holds a decimal one."""
    if isinstance(value, str) and DECIMAL.fullmatch(value.strip()):
        return number(float(value), place, faults)
    return number(value, place, faults)


def positional(
    values: Sequence[object],
    names: Sequence[str],
    place: Place,
    faults: list[Fault],
    read: Callable[[object, Place, list[Fault]], float] = number,
) -> Row:
    """Read a row from a list in the order of the features."""
    if len(values) != len(names):
        wanted = f"{len(names)} numbers ({spelled(list(names))})"
        faults.append(Fault(f"expected {wanted}, found {len(values)}", pointer(*place)))
        return ()
    return tuple(read(value, (*place, i), faults) for i, value in enumerate(values))


def named(values: Mapping[str, object], names: Sequence[str], place: Place, faults: list[Fault]) -> Row:
    """Read a row from an object by feature name; other members are passed over, as other columns of a table are."""
    missing = [name for name in names if name not in values]
    faults += [Fault(f"expected the feature {spelled(name)}, found none", pointer(*place, name)) for name in missing]
    return tuple(number(values[name], (*place, name), faults) for name in names if name in values)
