"""The recipe: how a model is trained, as a value, and what a request says of it."""

from __future__ import annotations

from lr_core.recipe.fields import FIELDS
from lr_core.recipe.overlay import overlay
from lr_core.recipe.private import redaction, require_hash_key
from lr_core.recipe.recipe import Recipe, complete

__all__ = ["FIELDS", "Recipe", "complete", "overlay", "redaction", "require_hash_key"]
