"""The fields of a recipe, each read from the JSON value that a request gives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lr_core.errors import Fault, InvalidInput
from lr_core.pointer import pointer
from lr_core.solvers.hyperparameters import SOLVERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["FIELDS"]

SURROGATE = re.compile("[\ud800-\udfff]")
"""What JSON can spell and no table can hold."""


def column(place: str) -> Callable[[object], str]:
    """Return a reader of a column's name."""

    def read(value: object) -> str:
        if not isinstance(value, str) or not value or SURROGATE.search(value):
            raise InvalidInput.at(place, "expected the name of a column")
        return value

    return read


def features(value: object) -> tuple[str, ...]:
    """Read the features: each a column's name, or an object with one."""
    if not isinstance(value, list) or not value:
        raise InvalidInput.at("/features", "expected a list of at least one column")
    names = [column(pointer("features", i))(feature_name(i, item)) for i, item in enumerate(value)]
    return once_each("features", names)


def columns(field: str) -> Callable[[object], tuple[str, ...]]:
    """Return a reader of a list of columns' names, which may be empty."""

    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise InvalidInput.at(pointer(field), "expected a list of columns")
        faults: list[Fault] = []
        for i, item in enumerate(value):
            try:
                column(pointer(field, i))(item)
            except InvalidInput as error:
                faults += error.faults
        if faults:
            raise InvalidInput(faults)
        return once_each(field, value)

    return read


def feature_name(position: int, item: object) -> object:
    """Return the name that one of the features gives."""
    if not isinstance(item, dict):
        return item
    kind = item.get("type", "number")
    if kind != "number":
        raise InvalidInput.at(pointer("features", position, "type"), f"expected 'number', found {kind!r:.60}")
    rest = sorted(item.keys() - {"name", "type"})
    if rest:
        raise InvalidInput.at(pointer("features", position, rest[0]), "expected only 'name' and 'type'")
    return item.get("name")


def once_each(field: str, names: list[str]) -> tuple[str, ...]:
    """Return a field's names, none of which may stand twice."""
    faults = list(repeated(field, names))
    if faults:
        raise InvalidInput(faults)
    return tuple(names)


def repeated(field: str, names: list[str]) -> Iterator[Fault]:
    """Find names that stand twice."""
    seen: set[str] = set()
    for position, name in enumerate(names):
        if name in seen:
            yield Fault(f"column {name!r} is named twice", pointer(field, position))
        seen.add(name)


def truth(value: object) -> bool:
    """Read `intercept`."""
    if not isinstance(value, bool):
        raise InvalidInput.at("/intercept", "expected true or false")
    return value


def given(value: object) -> dict[str, object]:
    """Read the hyperparameters as an object; the solver says later which there are."""
    if not isinstance(value, dict):
        raise InvalidInput.at("/hyperparameters", "expected an object")
    return value


def one_of(place: str, *choices: str) -> Callable[[object], str]:
    """Return a reader of a word."""

    def read(value: object) -> str:
        if value not in choices:
            raise InvalidInput.at(place, f"expected one of {', '.join(choices)}")
        return str(value)

    return read


FIELDS: Mapping[str, Callable[[object], object]] = {
    "target": column("/target"),
    "features": features,
    "intercept": truth,
    "solver": one_of("/solver", *SOLVERS),
    "hyperparameters": given,
    "missing": one_of("/missing", "refuse", "drop"),
    "unseen": one_of("/unseen", "refuse"),
    "drop": columns("drop"),
    "hash": columns("hash"),
}
