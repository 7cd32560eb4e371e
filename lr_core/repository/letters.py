"""Dead letters: events that could not be handled, kept as objects until a person has seen to them."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

from lr_core.errors import LrError, ObjectChanged, ObjectExists, ObjectNotFound, StoreUnavailable
from lr_core.repository.keys import LETTERS
from lr_core.store import find

if TYPE_CHECKING:
    from lr_core.store import Store

__all__ = ["Letter", "delete_unless_changed", "keep", "keys", "letter_key", "read"]

ATTEMPTS = 100
FORMAT = 1


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """An event that could not be handled.

    Attributes
    ----------
    at
        When it was given up last: RFC 3339 in UTC, milliseconds.
    event
        The event as it came, in structured mode.
    error
        `destination`, the URL that did not take it; `code`, the status that it answered; `data`, what it said, as text.
        Each may be null.
    """

    format: int = FORMAT
    at: str
    event: dict[str, Any]
    error: dict[str, Any]


def letter_key(source: str, identity: str) -> str:
    """Return the key of the letter of an event; source and id together name it, whoever delivers it."""
    named = sha256(f"{source}\n{identity}".encode()).hexdigest()
    return f"{LETTERS}{named}.json"


def keep(store: Store, letter: Letter) -> str:
    """Keep a letter, in place of an earlier one of the same event, and return its key.

    Raises
    ------
    StoreUnavailable
        The store did not answer.
    """
    key = letter_key(letter.event["source"], letter.event["id"])
    data = msgspec.json.encode(letter)
    for _ in range(ATTEMPTS):
        try:
            store.create(key, data)
        except ObjectExists:
            if not replaced(store, key, data):
                continue
        return key
    raise StoreUnavailable(f"{key} changes faster than it can be read")


def replaced(store: Store, key: str, data: bytes) -> bool:
    """Put a letter in the place of another one; False where that one changed or went meanwhile."""
    stored = find(store, key)
    if stored is None:
        return False
    try:
        store.replace(key, data, stored.etag)
    except (ObjectChanged, ObjectNotFound):
        return False
    return True


def keys(store: Store) -> list[str]:
    """Return the keys of all letters, sorted."""
    return sorted(item.key for item in store.list_objects(LETTERS) if item.key.endswith(".json"))


def read(store: Store, key: str) -> tuple[Letter, str] | None:
    """Return a letter and its ETag, or None where there is none.

    Raises
    ------
    LrError
        The object is no letter.
    """
    stored = find(store, key)
    if stored is None:
        return None
    try:
        return DECODER.decode(stored.data), stored.etag
    except ValueError as error:
        raise LrError(f"{key} in {store.url} cannot be read: {error}") from error


def delete_unless_changed(store: Store, key: str, etag: str) -> bool:
    """Delete a letter that was sent again, unless it came back meanwhile; tell whether it is gone.

    S3 has no conditional delete that every server knows: what comes back between this look and the deletion is lost
    as a letter. The event's table is named in the model's `excluded` all the same.
    """
    stored = find(store, key)
    if stored is None or stored.etag != etag:
        return stored is None
    store.delete(key)
    return True


DECODER = msgspec.json.Decoder(Letter)
