"""What an alias has been."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.errors import ModelNotFound
from lr_core.repository import aliases
from lr_core.repository.alias import decode
from lr_core.repository.keys import VERSION_DIGITS, history_generation, history_key, history_prefix
from lr_core.store import find

if TYPE_CHECKING:
    from lr_core.repository.alias import Alias
    from lr_core.store import Store

__all__ = ["history", "means_version", "present", "record_of"]


def present(store: Store, model: str, alias: str) -> Alias:
    """Return what an alias is.

    Raises
    ------
    ModelNotFound
        It is not there.
    """
    found = aliases.read(store, model, alias)
    if found is None:
        raise ModelNotFound(f"there is no model {model!r} with an alias {alias!r} in {store.url}")
    return found


def history(store: Store, model: str, alias: str) -> list[Alias]:
    """Return what an alias is and has been, the present first; records hold no document.

    A record of the present generation, which a move that ended early leaves, is not shown, nor is an alias that held
    nothing.

    Raises
    ------
    ModelNotFound
        The alias is not there.
    """
    now = present(store, model, alias)
    keys = [item.key for item in store.list_objects(history_prefix(model, alias))]
    past = [key for key in keys if 0 <= history_generation(key) < now.generation]
    records = [decode(store.get(key).data) for key in sorted(past, reverse=True)]
    return [now, *(record for record in records if record.is_there)]


def record_of(store: Store, model: str, alias: str, generation: int) -> Alias:
    """Return what an alias was in a past generation.

    Raises
    ------
    ModelNotFound
        It had no such generation, or held nothing then.
    """
    stored = find(store, history_key(model, alias, generation))
    record = decode(stored.data) if stored else None
    if record is None or not record.is_there:
        raise ModelNotFound(
            f"{model}: the alias {alias!r} had no generation {generation}; lr-sgd models history shows all"
        )
    return record


def means_version(name: str) -> bool:
    """Tell whether an argument is a version, which has twelve characters, and not a generation."""
    return len(name) == VERSION_DIGITS
