"""The recipe: how a model is trained, as a value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from lr_core.errors import Fault, InvalidInput
from lr_core.pointer import pointer
from lr_core.solvers.hyperparameters import SOLVERS, hyperparameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lr_core.data.columns import Columns

__all__ = ["FIELDS", "Recipe", "complete", "overlay"]

SURROGATE = re.compile("[\ud800-\udfff]")
"""What JSON can spell and no table can hold."""

Missing = Literal["refuse", "drop"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is trained.

    Attributes
    ----------
    target
        The column to predict; None until there is a table, then its last column.
    features
        The columns to predict it from, in the order of a positional row; None until there is a table, then its other
        numeric columns.
    intercept
        Whether a constant is fitted.
    solver
        `exact` or `sgd`.
    hyperparameters
        The solver's own, spelled out.
    missing
        What a missing value does: `refuse` its table, or `drop` its row.
    unseen
        What a level that training never saw does to a prediction; `refuse` it is.
    """

    target: str | None = None
    features: tuple[str, ...] | None = None
    intercept: bool = True
    solver: str = "exact"
    hyperparameters: Mapping[str, float | int | str] = field(default_factory=dict)
    missing: Missing = "refuse"
    unseen: str = "refuse"

    @property
    def is_complete(self) -> bool:
        """Tell whether target and features are known."""
        return self.target is not None and self.features is not None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that training reads: the features, and the target last."""
        if self.target is None or self.features is None:
            raise ValueError("the recipe is not complete")
        return (*self.features, self.target)

    def to_json(self) -> dict[str, object]:
        """Return the recipe as stored and hashed; a number's type is left out."""
        features = None if self.features is None else [{"name": name} for name in self.features]
        return {
            "target": self.target,
            "features": features,
            "intercept": self.intercept,
            "solver": self.solver,
            "hyperparameters": dict(self.hyperparameters),
            "missing": self.missing,
            "unseen": self.unseen,
        }


def overlay(recipe: Recipe, fields: Mapping[str, object]) -> Recipe:
    """Lay a request's fields over a recipe.

    A field replaces a field, null means the default, another solver clears the hyperparameters, and another target
    without features means the features by default.

    Raises
    ------
    InvalidInput
        With every field that is unknown or has a value it cannot have.
    """
    faults = [Fault(unknown(name), pointer(name)) for name in fields if name not in FIELDS]
    changes: dict[str, object] = {}
    for name in FIELDS.keys() & fields.keys():
        try:
            changes[name] = default(name) if fields[name] is None else FIELDS[name](fields[name])
        except InvalidInput as error:
            faults += error.faults
    if faults:
        raise InvalidInput(sorted(faults, key=lambda fault: fault.pointer))
    return spelled_out(recipe, changes)


def spelled_out(recipe: Recipe, changes: dict[str, object]) -> Recipe:
    """Return the recipe with changed fields and what follows from them."""
    if changes.get("target", recipe.target) != recipe.target:
        changes.setdefault("features", None)
    if changes.get("solver", recipe.solver) != recipe.solver:
        changes.setdefault("hyperparameters", {})
    changed = replace(recipe, **changes)  # type: ignore[arg-type]
    if changed.features is not None and changed.target in changed.features:
        raise InvalidInput.at("/features", f"column {changed.target!r} is the target; it cannot be a feature too")
    return replace(changed, hyperparameters=hyperparameters(changed.solver, changed.hyperparameters))


def complete(recipe: Recipe, columns: Columns, key: str) -> Recipe:
    """Return the recipe with target and features by default, from the columns of a table.

    Raises
    ------
    InvalidInput
        The table has no numeric column beside the target.
    """
    target = columns.header[-1] if recipe.target is None else recipe.target
    features = recipe.features
    if features is None:
        features = tuple(name for name in columns.numeric if name != target)
    if not features:
        raise InvalidInput([Fault(f"{key}: expected rows with a number beside the target {target!r}, found none")])
    return replace(recipe, target=target, features=features)


def default(name: str) -> object:
    """Return what a field is where nobody said."""
    return getattr(Recipe(), name)


def unknown(name: str) -> str:
    """Say that a field is unknown, and which there are."""
    return f"unknown field {name[:60]!r}; expected one of {', '.join(FIELDS)}"


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
    faults = list(repeated(names))
    if faults:
        raise InvalidInput(faults)
    return tuple(names)


def feature_name(position: int, item: object) -> object:
    """Return the name that one of the features gives."""
    if not isinstance(item, dict):
        return item
    kind = item.get("type", "number")
    if kind != "number":
        raise InvalidInput.at(pointer("features", position, "type"), f"expected 'number', found {kind!r}")
    rest = sorted(item.keys() - {"name", "type"})
    if rest:
        raise InvalidInput.at(pointer("features", position, rest[0]), "expected only 'name' and 'type'")
    return item.get("name")


def repeated(names: list[str]) -> Iterator[Fault]:
    """Find names that stand twice."""
    seen: set[str] = set()
    for position, name in enumerate(names):
        if name in seen:
            yield Fault(f"column {name!r} is named twice", pointer("features", position))
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
}
