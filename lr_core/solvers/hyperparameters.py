"""Hyperparameters of each solver: names, defaults and ranges."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lr_core.errors import Fault, InvalidInput
from lr_core.pointer import pointer
from lr_core.solvers.schedule import SCHEDULES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["SOLVERS", "Value", "hyperparameters"]

Value = float | int | str

LARGEST = 2**53 - 1
"""Integers up to here are the same in every JSON reader."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A default, what is expected in words, and a reading that returns None for what is not."""

    default: Value
    expected: str
    read: Callable[[object], Value | None]


def _number(*, zero: bool) -> Callable[[object], Value | None]:
    def read(given: object) -> Value | None:
        if isinstance(given, bool) or not isinstance(given, int | float) or abs(given) > LARGEST:
            return None
        return float(given) if math.isfinite(given) and (given > 0 or (zero and given == 0)) else None

    return read


def _whole(least: int) -> Callable[[object], Value | None]:
    def read(given: object) -> Value | None:
        if isinstance(given, float) and given.is_integer():
            given = int(given)
        if isinstance(given, bool) or not isinstance(given, int):
            return None
        return given if least <= given <= LARGEST else None

    return read


def _one_of(names: tuple[str, ...]) -> Callable[[object], Value | None]:
    return lambda given: given if isinstance(given, str) and given in names else None


_SGD = {
    "alpha": _Rule(0.0, "a number from 0", _number(zero=True)),
    "batch_size": _Rule(8, "a whole number from 1", _whole(1)),
    "epochs": _Rule(2000, "a whole number from 1", _whole(1)),
    "eta0": _Rule(0.5, "a number above 0", _number(zero=False)),
    "learning_rate": _Rule("constant", f"one of {', '.join(SCHEDULES)}", _one_of(SCHEDULES)),
    "seed": _Rule(0, "a whole number from 0", _whole(0)),
    "tol": _Rule(1e-11, "a number from 0", _number(zero=True)),
}
_RULES: dict[str, dict[str, _Rule]] = {"exact": {}, "sgd": _SGD}

SOLVERS = tuple(_RULES)
"""Names of the solvers; the first is the default."""


def hyperparameters(solver: str, given: Mapping[str, object]) -> dict[str, Value]:
    """Return all hyperparameters of a solver, spelled out, by name.

    Parameters
    ----------
    solver
        `exact` or `sgd`.
    given
        Those that are not to be the default; None means the default too.

    Raises
    ------
    InvalidInput
        There is no such solver, no such hyperparameter, or a value is out of range; with all faults.
    """
    if solver not in _RULES:
        raise InvalidInput.at("/solver", f"expected a solver, one of {', '.join(SOLVERS)}, found {solver!r}")
    rules = _RULES[solver]
    values = {name: rule.default for name, rule in rules.items()}
    faults = []
    for name, value in given.items():
        read = _read(solver, rules, name, value)
        if isinstance(read, Fault):
            faults.append(read)
        else:
            values[name] = read
    if faults:
        raise InvalidInput(faults)
    return values


def _read(solver: str, rules: Mapping[str, _Rule], name: str, value: object) -> Value | Fault:
    """Return the value that is meant, or what is wrong."""
    place = pointer("hyperparameters", name)
    if name not in rules:
        known = ", ".join(rules) or "none"
        return Fault(f"expected a hyperparameter of {solver} ({known}), found {name!r:.60}", place)
    rule = rules[name]
    read = rule.default if value is None else rule.read(value)
    if read is None:
        return Fault(f"expected {name} to be {rule.expected}, found {value!r:.60}", place)
    return read
