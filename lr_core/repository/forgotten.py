"""Overwriting the documents of a version in place: with its forgetting, and anew where that was taken back.

In place, because a slow trainer's create-only would bring back what was deleted. Both ways read the document first,
then look at the mark, then swap on the ETag that was read: whoever comes with an older decision loses the swap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.document import Forgotten, encode_forgotten, forgotten
from lr_core.errors import ObjectChanged, ObjectExists, StoreUnavailable
from lr_core.repository import marks
from lr_core.repository.keys import VERSION_PARTS, version_key
from lr_core.store import find

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lr_core.repository.marks import Mark
    from lr_core.store import Store
    from lr_core.store.store import Stored

__all__ = ["overwrite", "written_anew"]

ATTEMPTS = 100


def overwrite(store: Store, model: str, version: str, mark: Mark) -> None:
    """Put the forgetting in place of a version's documents, the commit mark first, while the mark stands."""
    data = encode_forgotten(Forgotten(mark.key, mark.at, mark.cause))
    for part in reversed(VERSION_PARTS[1:]):
        overwrite_one(store, model, version_key(model, version, part), data, mark)


def overwrite_one(store: Store, model: str, key: str, data: bytes, mark: Mark) -> None:
    """Put the forgetting in place of one document, or where none is yet."""
    for _ in range(ATTEMPTS):
        stored = find(store, key)
        if stored is not None and is_forgotten(stored.data, data, mark):
            return
        if not marks.standing(store, model, mark.key, mark.digests):
            return
        if swapped(store, key, data, stored):
            return
    raise StoreUnavailable(f"{key} changes faster than it can be read")


def is_forgotten(stored: bytes, data: bytes, mark: Mark) -> bool:
    """Tell whether a document says so already, by this mark as it is now or by that of another table."""
    was = forgotten(stored)
    return stored == data or (was is not None and was.key != mark.key)


def written_anew(store: Store, model: str, key: str, data: bytes, digests: Mapping[str, str]) -> bytes:
    """Put a document in place of a forgetting that was taken back, and return what stands there then.

    Parameters
    ----------
    digests
        Of the version's tables, by key.

    Raises
    ------
    ObjectChanged
        The mark stands: whoever writes has to look at the bucket again.
    """
    for _ in range(ATTEMPTS):
        stored = store.get(key)
        was = forgotten(stored.data)
        if was is None:
            return stored.data
        if marks.standing(store, model, was.key, [digests[was.key]] if was.key in digests else []):
            raise ObjectChanged(f"{was.key} was forgotten meanwhile")
        if swapped(store, key, data, stored):
            return data
    raise StoreUnavailable(f"{key} changes faster than it can be read")


def swapped(store: Store, key: str, data: bytes, stored: Stored | None) -> bool:
    """Write in place of what was read, be it nothing; tell whether that was won."""
    try:
        if stored is None:
            store.create(key, data)
        else:
            store.replace(key, data, stored.etag)
    except (ObjectChanged, ObjectExists):
        return False
    return True
