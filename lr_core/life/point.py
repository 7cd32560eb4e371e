"""Pointing an alias at a version that is there: back, by rolling back, or on, by promoting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lr_core import identity
from lr_core.document import decode
from lr_core.errors import InvalidInput, LrError, ModelForgotten, ModelNotFound, ObjectNotFound
from lr_core.life.past import means_version, record_of
from lr_core.names import NAME_RULE, is_name
from lr_core.recipe import Recipe, overlay
from lr_core.repository import aliases, versions
from lr_core.repository.alias import Alias
from lr_core.repository.keys import LATEST, VERSION_PARTS, is_version, version_key
from lr_core.repository.marks import Marks
from lr_core.training.present import look

if TYPE_CHECKING:
    from lr_core.repository.aliases import Cause
    from lr_core.store import Store

__all__ = ["promote", "rollback"]


def rollback(store: Store, model: str, target: str, cause: Cause) -> Alias:
    """Make `latest` what it was: version, document and recipe.

    The tables are listed under the recipe that is restored, so the clock finds nothing to do; a change of the tables
    trains again.

    Parameters
    ----------
    target
        A version, of twelve characters, or a generation.

    Raises
    ------
    ModelNotFound
        There is no such model, version or generation.
    ModelForgotten
        A table of it was forgotten.
    """

    def successor(current: Alias | None) -> Alias:
        if current is None:
            raise ModelNotFound(f"there is no model {model!r} in {store.url}")
        marks = Marks(store, model)
        was = described(store, model, target, marks)
        listing = identity.listing_digest(was.recipe, look(store, model, marks).listing)
        return msgspec.structs.replace(was, listing=listing, excluded=[], excluded_count=0)

    moved, _ = aliases.move(store, model, LATEST, cause, successor)
    return moved


def promote(store: Store, model: str, version: str, alias: str, cause: Cause) -> Alias:
    """Point another alias than `latest` at a version.

    Raises
    ------
    ModelNotFound
        There is no such version.
    ModelForgotten
        A table of it was forgotten.
    InvalidInput
        The alias is `latest`, which only training and rolling back move, or no name.
    """
    if alias == LATEST:
        raise InvalidInput.at("", f"{LATEST!r} is moved by training and by rolling back; name another alias")
    if not is_name(alias):
        raise InvalidInput.at("", f"{alias!r} is no name; expected {NAME_RULE}")

    def successor(_current: Alias | None) -> Alias:
        return of_version(store, model, version, Marks(store, model))

    moved, _ = aliases.move(store, model, alias, cause, successor)
    return moved


def described(store: Store, model: str, target: str, marks: Marks) -> Alias:
    """Return an alias as it was at a version or in a generation, with its document."""
    if means_version(target):
        return of_version(store, model, target, marks)
    if not (target.isascii() and target.isdigit()):
        raise InvalidInput.at("", f"expected a version of twelve characters or a generation, found {target[:40]!r}")
    record = record_of(store, model, LATEST, int(target))
    if record.version is None:
        return record
    document = of_version(store, model, record.version, marks).document
    return msgspec.structs.replace(record, document=document)


def of_version(store: Store, model: str, version: str, marks: Marks) -> Alias:
    """Return an alias that names a version, with the recipe that the version was learned by.

    Parameters
    ----------
    marks
        As they stood after the alias was read that is to move.
    """
    document = document_of(store, model, version)
    lineage = versions.read_lineage(store, model, version)
    mark = marks.named(lineage.tables)
    if mark is not None:
        raise ModelForgotten(f"{model}: version {version} was forgotten with {mark.key}, at {mark.at}")
    recipe = overlay(Recipe(), lineage.recipe)
    return Alias(version=version, at="", cause={}, recipe=recipe.to_json(), document=document)


def document_of(store: Store, model: str, version: str) -> msgspec.Raw:
    """Return the model document of a version as it is stored.

    Raises
    ------
    ModelNotFound, ModelForgotten
        There is none, or none any more.
    """
    if not (is_name(model) and is_version(version)):
        raise ModelNotFound(f"{model}: there is no version {version[:40]!r}")
    try:
        data = store.get(version_key(model, version, VERSION_PARTS[-1])).data
    except ObjectNotFound as error:
        raise ModelNotFound(
            f"{model}: there is no version {version!r}; lr-sgd models history names those that were"
        ) from error
    if decode(data).version != version:
        raise LrError(f"{version_key(model, version, VERSION_PARTS[-1])} holds another version")
    return msgspec.Raw(data)
