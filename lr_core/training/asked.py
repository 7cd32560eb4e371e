"""The recipe that a request asks for: what it says, laid over what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.recipe import Recipe, overlay

if TYPE_CHECKING:
    from lr_core.repository.alias import Alias
    from lr_core.training.request import TrainRequest

__all__ = ["overlaid", "stored_recipe"]


def overlaid(recipe: Recipe, request: TrainRequest) -> Recipe:
    """Return a recipe with what a request says laid over it."""
    changed = overlay(recipe, request.fields)
    if not request.hyperparameters:
        return changed
    return overlay(changed, {"hyperparameters": {**changed.hyperparameters, **request.hyperparameters}})


def stored_recipe(alias: Alias | None, request: TrainRequest) -> Recipe:
    """Return the recipe of an alias with what a request says laid over it."""
    stored = alias.recipe if alias and alias.recipe else {}
    return overlaid(overlay(Recipe(), stored), request)
