"""The recipe that a request asks for: what it says, laid over what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.recipe import Recipe, overlay, require_hash_key

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
    """Return the recipe of an alias with what a request says laid over it, for a training to follow.

    Raises
    ------
    InvalidInput
        It cannot be.
    HashKeyMissing
        It hashes columns, and there is no key.
    """
    stored = alias.recipe if alias and alias.recipe else {}
    recipe = overlaid(overlay(Recipe(), stored), request)
    require_hash_key(recipe, request.hash_key)
    return recipe
