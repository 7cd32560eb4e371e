"""Marks: the decision that some bytes of a table are not to be known any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lr_core.errors import ObjectChanged, ObjectExists, ObjectNotFound, StoreUnavailable
from lr_core.repository.keys import forgotten_key, forgotten_prefix
from lr_core.store import find

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lr_core.repository.versions import Learned
    from lr_core.store import Store

__all__ = ["Mark", "Marks", "put", "read", "remove", "standing"]

ATTEMPTS = 100
FORMAT = 1


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """The mark of a table.

    Attributes
    ----------
    digests
        SHA-256 of all bytes that the key had when it was forgotten, sorted; the key with other bytes is another table.
    at
        When it was forgotten last: RFC 3339 in UTC, milliseconds.
    """

    format: int = FORMAT
    key: str
    digests: list[str]
    at: str
    cause: dict[str, str]

    def names(self, tables: Iterable[Learned]) -> bool:
        """Tell whether one of these tables is meant."""
        return any(table.key == self.key and table.digest in self.digests for table in tables)


class Marks:
    """The marks of a model: their names as they stood when this was made, each read when it is asked for."""

    def __init__(self, store: Store, model: str) -> None:
        self._store, self._model = store, model
        self._keys = {item.key for item in store.list_objects(forgotten_prefix(model))}

    def of(self, key: str) -> Mark | None:
        """Return the mark of a table; None where there is none."""
        return read(self._store, self._model, key) if forgotten_key(self._model, key) in self._keys else None

    def named(self, tables: Iterable[Learned]) -> Mark | None:
        """Return a mark that means one of these tables; None where there is none."""
        for table in tables:
            mark = self.of(table.key)
            if mark and mark.names([table]):
                return mark
        return None

    def all(self) -> list[Mark]:
        """Return all marks."""
        found = (read_key(self._store, key) for key in sorted(self._keys))
        return [mark for mark in found if mark]


def read(store: Store, model: str, key: str) -> Mark | None:
    """Return the mark of a table as it is now; None where there is none."""
    return read_key(store, forgotten_key(model, key))


def read_key(store: Store, key: str) -> Mark | None:
    """Return a mark; None where there is none."""
    stored = find(store, key)
    return DECODER.decode(stored.data) if stored else None


def standing(store: Store, model: str, key: str, digests: Iterable[str]) -> bool:
    """Tell whether a mark now stands for one of these bytes of a table."""
    mark = read(store, model, key)
    return mark is not None and not set(digests).isdisjoint(mark.digests)


def put(store: Store, model: str, mark: Mark) -> Mark:
    """Make a mark, or renew the one that is there and add to its digests; return what stands then.

    Raises
    ------
    StoreUnavailable
        The store did not answer, or others keep changing the mark.
    """
    key = forgotten_key(model, mark.key)
    for _ in range(ATTEMPTS):
        try:
            store.create(key, msgspec.json.encode(mark))
        except ObjectExists:
            if renewed := renew(store, key, mark):
                return renewed
        else:
            return mark
    raise StoreUnavailable(f"{key} changes faster than it can be read")


def renew(store: Store, key: str, mark: Mark) -> Mark | None:
    """Swap a mark for one with the digests of both; None where that was lost."""
    try:
        stored = store.get(key)
        former = DECODER.decode(stored.data)
        together = sorted({*former.digests, *mark.digests})
        renewed = msgspec.structs.replace(mark, digests=together, at=max(mark.at, former.at))
        store.replace(key, msgspec.json.encode(renewed), stored.etag)
    except (ObjectChanged, ObjectNotFound):
        return None
    return renewed


def remove(store: Store, model: str, key: str) -> None:
    """Take a mark back."""
    store.delete(forgotten_key(model, key))


DECODER = msgspec.json.Decoder(Mark)
