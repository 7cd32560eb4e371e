"""Private columns of a recipe: those that it drops or hashes, because they name people."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from lr_core.errors import Fault, HashKeyMissing, InvalidInput
from lr_core.pointer import pointer
from lr_core.pseudonym import pseudonym
from lr_core.redaction import Redaction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from lr_core.recipe.recipe import Recipe

__all__ = ["redaction", "require_hash_key", "without_private"]


def without_private(recipe: Recipe, said: Collection[str]) -> Recipe:
    """Return a recipe whose private columns, in one order, are none of the features that nobody names anew.

    Parameters
    ----------
    said
        The fields that a request names: what is wrong is wrong there.

    Raises
    ------
    InvalidInput
        A column is to be private and used, or dropped and hashed; or no feature is left.
    """
    faults = [*both(recipe, said), *target_faults(recipe, said)]
    features = recipe.features
    if features is not None and "features" in said:
        faults += feature_faults(recipe, features)
    elif features is not None:
        left = tuple(name for name in features if name not in recipe.private)
        if not left and not faults:
            field = "drop" if set(features) & set(recipe.drop) else "hash"
            faults = [Fault("no feature is left; name others", pointer(field))]
        features = left
    if faults:
        raise InvalidInput(sorted(faults, key=lambda fault: fault.pointer))
    return replace(recipe, features=features, drop=tuple(sorted(recipe.drop)), hash=tuple(sorted(recipe.hash)))


def both(recipe: Recipe, said: Collection[str]) -> Iterator[Fault]:
    """Find columns that are to be dropped and hashed."""
    field, names, other = ("hash", recipe.hash, "dropped") if "hash" in said else ("drop", recipe.drop, "hashed")
    for i, name in enumerate(names):
        if name in recipe.drop and name in recipe.hash:
            yield Fault(f"column {name!r} is {other}; it cannot be both", pointer(field, i))


def target_faults(recipe: Recipe, said: Collection[str]) -> Iterator[Fault]:
    """Find a target that is to be private."""
    if recipe.target is None or recipe.target not in recipe.private:
        return
    if "target" in said:
        yield Fault(f"column {recipe.target!r} is {treated(recipe, recipe.target)}; it cannot be the target", "/target")
        return
    for field, names in (("drop", recipe.drop), ("hash", recipe.hash)):
        if recipe.target in names:
            yield Fault(f"column {recipe.target!r} is the target", pointer(field, names.index(recipe.target)))


def feature_faults(recipe: Recipe, features: tuple[str, ...]) -> Iterator[Fault]:
    """Find features that are to be private."""
    for i, name in enumerate(features):
        if name in recipe.private:
            yield Fault(f"column {name!r} is {treated(recipe, name)}; it cannot be a feature", pointer("features", i))


def treated(recipe: Recipe, name: str) -> str:
    """Return what is done with a private column."""
    return "dropped" if name in recipe.drop else "hashed"


def require_hash_key(recipe: Recipe, hash_key: str | None) -> None:
    """Check that there is a key where columns are to be hashed.

    Raises
    ------
    HashKeyMissing
        There is none.
    """
    if recipe.hash and not hash_key:
        names = ", ".join(map(repr, recipe.hash[:20]))
        raise HashKeyMissing.at(pointer("hash"), f"{names} cannot be hashed: LR_HASH_KEY, the key for it, is not set")


def redaction(recipe: Recipe, hash_key: str | None) -> Redaction | None:
    """Return what messages about a recipe's tables may quote; None for everything.

    Where columns are only hashed, a cell is told by its pseudonym, whatever column it stands in. Where one is dropped
    too, it may be that one's, and nothing tells it.
    """
    if not recipe.private:
        return None
    target = () if recipe.target is None else (recipe.target,)
    known = frozenset((*target, *(recipe.features or ()), *recipe.private))
    return Redaction(known, partial(pseudonym, hash_key) if hash_key and not recipe.drop else None)
