"""Laying what a request says over a recipe."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lr_core.errors import Fault, InvalidInput
from lr_core.pointer import pointer
from lr_core.recipe.fields import FIELDS
from lr_core.recipe.private import without_private
from lr_core.recipe.recipe import Recipe
from lr_core.recipe.width import check_width
from lr_core.solvers.hyperparameters import hyperparameters

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["overlay"]


def overlay(recipe: Recipe, fields: Mapping[str, object]) -> Recipe:
    """Lay a request's fields over a recipe.

    A field replaces a field, null means the default, another solver clears the hyperparameters, and another target
    without features means the features by default. A column that is dropped or hashed from now on leaves the features
    that are stored.

    Raises
    ------
    InvalidInput
        With every field that is unknown or has a value it cannot have; or there are too many features.
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
    if recipe.target is not None and changes.get("target", recipe.target) != recipe.target:
        changes.setdefault("features", None)
    if changes.get("solver", recipe.solver) != recipe.solver:
        changes.setdefault("hyperparameters", {})
    changed = without_private(replace(recipe, **changes), changes)  # type: ignore[arg-type]
    check_width(len(changed.features or ()))
    if changed.features is not None and changed.target in changed.features:
        raise InvalidInput.at("/features", f"column {changed.target!r} is the target; it cannot be a feature too")
    return replace(changed, hyperparameters=hyperparameters(changed.solver, changed.hyperparameters))


def default(name: str) -> object:
    """Return what a field is where nobody said."""
    return getattr(Recipe(), name)


def unknown(name: str) -> str:
    """Say that a field is unknown, and which there are."""
    return f"unknown field {name[:60]!r}; expected one of {', '.join(FIELDS)}"
