"""Reading and moving an alias: the compare-and-swap that everything else leans on.

A move reads the alias, then lets its caller look at the bucket, writes down the past, and swaps on the ETag that was
read first. Who loses starts over. So each successful move saw a bucket later than the move before it, and an alias
never goes back to older tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from lr_core.errors import LrError, ObjectChanged, ObjectExists, ObjectNotFound, StoreUnavailable
from lr_core.names import is_name
from lr_core.repository.alias import Alias, decode, encode, record
from lr_core.repository.keys import alias_key, alias_prefix, history_generation, history_key, history_prefix
from lr_core.repository.once import create_once, holds
from lr_core.store import find as find_object

if TYPE_CHECKING:
    from collections.abc import Callable

    from lr_core.store import Store

__all__ = ["Cause", "find", "move", "names", "now", "read"]

ATTEMPTS = 100
"""How often a move starts over before it says that the bucket changes faster than it can be read."""

Cause = dict[str, str]


@dataclass(frozen=True, slots=True)
class Held:
    """An alias and the ETag that it was read with."""

    alias: Alias
    etag: str


def read(store: Store, model: str, alias: str) -> Alias | None:
    """Return an alias, or None where it is not there for readers."""
    if not (is_name(model) and is_name(alias)):
        return None
    held = find(store, model, alias)
    return held.alias if held and held.alias.is_there else None


def names(store: Store, model: str) -> list[str]:
    """Name the aliases of a model, sorted; also those that hold nothing yet."""
    prefix = alias_prefix(model)
    found = (item.key.removeprefix(prefix) for item in store.list_objects(prefix))
    return sorted(name.removesuffix(".json") for name in found if name.endswith(".json"))


def move(
    store: Store, model: str, alias: str, cause: Cause, successor: Callable[[Alias | None], Alias | None]
) -> tuple[Alias, bool]:
    """Move an alias on by one generation and return it, with whether it moved.

    Parameters
    ----------
    successor
        Given the alias as it is (None where it is not there), returns what it is to be, or None to leave it. It may be
        called again, and looks at the bucket afresh each time; generation, time and cause are filled in here. What it
        raises ends the move and changes nothing, but `ObjectChanged` and `ObjectNotFound`, with which it starts over.

    Raises
    ------
    StoreUnavailable
        The store did not answer, or the bucket changes faster than it can be read.
    """
    for _ in range(ATTEMPTS):
        held = find(store, model, alias)
        try:
            draft = successor(held.alias if held and held.alias.is_there else None)
        except (ObjectChanged, ObjectNotFound):
            continue
        if held is None:
            create_empty(store, model, alias, cause)
        elif draft is None:
            return held.alias, False
        elif moved := swap(store, model, alias, held, stamped(draft, held.alias.generation + 1, cause)):
            return moved, True
    raise StoreUnavailable(f"{model}: the bucket changes faster than it can be read")


def find(store: Store, model: str, alias: str) -> Held | None:
    """Read an alias, also an empty one."""
    stored = find_object(store, alias_key(model, alias))
    if stored is None:
        return None
    try:
        return Held(decode(stored.data), stored.etag)
    except ValueError as error:
        raise LrError(f"{alias_key(model, alias)} in {store.url} cannot be read: {error}") from error


def create_empty(store: Store, model: str, alias: str, cause: Cause) -> None:
    """Create an alias that holds nothing, above all generations of an earlier life."""
    highest = highest_generation(store, model, alias)
    empty = Alias(generation=0 if highest is None else highest + 2, at=now(), cause=cause)
    try:
        store.create(alias_key(model, alias), encode(empty))
    except ObjectExists:
        return  # somebody else did: the move starts over and reads theirs


def swap(store: Store, model: str, alias: str, held: Held, moved: Alias) -> Alias | None:
    """Write down the present and put `moved` in its place; None where that was lost."""
    if not written_down(store, model, alias, held.alias):
        highest = highest_generation(store, model, alias) or held.alias.generation
        moved = msgspec.structs.replace(held.alias, generation=highest + 2)
        replace(store, model, alias, held, moved)
        return None
    return moved if replace(store, model, alias, held, moved) else None


def written_down(store: Store, model: str, alias: str, present: Alias) -> bool:
    """Create history's record of a generation; False where another life left one under its key."""
    data = record(present)
    return create_once(store, history_key(model, alias, present.generation), data) == data


def replace(store: Store, model: str, alias: str, held: Held, moved: Alias) -> bool:
    """Swap an alias on the ETag it was read with and return whether it is ours now."""
    try:
        store.replace(alias_key(model, alias), encode(moved), held.etag)
    except (ObjectChanged, StoreUnavailable) as error:
        # A retried or lost answer looks the same as a lost race: only reading back tells.
        if is_ours(store, model, alias, moved):
            return True
        if isinstance(error, StoreUnavailable):
            raise
        return False
    return True


def is_ours(store: Store, model: str, alias: str, moved: Alias) -> bool:
    """Tell whether a swap was won: the alias, or history's record of that generation, is what was written."""
    return holds(store, alias_key(model, alias), encode(moved)) or holds(
        store, history_key(model, alias, moved.generation), record(moved)
    )


def highest_generation(store: Store, model: str, alias: str) -> int | None:
    """Return the highest generation that history has, or None."""
    past = store.list_objects(history_prefix(model, alias))
    return max((history_generation(item.key) for item in past), default=None)


def stamped(draft: Alias, generation: int, cause: Cause) -> Alias:
    """Return a draft with what the move itself decides."""
    return msgspec.structs.replace(draft, generation=generation, at=now(), cause=cause)


def now() -> str:
    """Return the time as RFC 3339 in UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
