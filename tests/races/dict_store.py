"""A store over a dict, cheap to copy, whose ETags are hashes of the content as S3's are.

So an object that goes a, b, a has its first ETag again, which is what makes compare-and-swap hard.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from hashlib import md5
from threading import Lock
from typing import TYPE_CHECKING

from lr_core.errors import ObjectChanged, ObjectExists, ObjectNotFound
from lr_core.store import Listed, Store, Stored
from lr_core.store.reader import ObjectReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import RawIOBase

__all__ = ["NOW", "DictStore", "stored"]

NOW = datetime.now(UTC).replace(microsecond=0)
"""The one moment in which all happens, to the second, so that it is the same however it is written.

An operation must be a function of the answers that it gets.
"""


@lru_cache(1 << 16)
def stored(data: bytes) -> Stored:
    """Return bytes as an object, with their ETag."""
    return Stored(data, md5(data, usedforsecurity=False).hexdigest())


class DictStore(Store):
    """A store over a dict; each call is atomic, a listing too."""

    def __init__(self, objects: dict[str, Stored] | None = None) -> None:
        self.url = "dict://"
        self.objects = {} if objects is None else objects
        self._turn = Lock()

    def get(self, key: str) -> Stored:
        try:
            return self.objects[key]
        except KeyError:
            raise ObjectNotFound(f"there is no {key}") from None

    def get_unless(self, key: str, etag: str) -> Stored | None:
        found = self.get(key)
        return None if found.etag == etag else found

    def open(self, key: str, etag: str) -> RawIOBase:
        found = self.get(key)
        if found.etag != etag:
            raise ObjectChanged(f"{key} changed meanwhile")
        return ObjectReader(self.url, key, iter([found.data]))

    def create(self, key: str, data: bytes) -> str:
        made = stored(data)
        if self.objects.setdefault(key, made) is not made:
            raise ObjectExists(f"{key} is there already")
        return made.etag

    def replace(self, key: str, data: bytes, etag: str) -> str:
        with self._turn:
            found = self.objects.get(key)
            if found is None or found.etag != etag:
                raise ObjectChanged(f"{key} changed meanwhile")
            return self.put(key, data)

    def put(self, key: str, data: bytes) -> str:
        """Write an object whatever was there, as users put tables."""
        self.objects[key] = stored(data)
        return self.objects[key].etag

    def delete(self, *keys: str) -> None:
        for key in keys:
            self.objects.pop(key, None)

    def list_objects(self, prefix: str) -> Iterator[Listed]:
        present = sorted(self.objects.items())
        found = [Listed(key, item.etag, len(item.data), NOW) for key, item in present if key.startswith(prefix)]
        return iter(found)

    def list_folders(self, prefix: str) -> list[str]:
        rests = (key.removeprefix(prefix) for key in sorted(self.objects) if key.startswith(prefix))
        return sorted({rest.partition("/")[0] for rest in rests if "/" in rest})
