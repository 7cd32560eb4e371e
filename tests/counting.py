"""A store that counts the calls that are made to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import RawIOBase

    from lr_core.store import Listed, Stored

__all__ = ["CountingStore", "counting"]


class CountingStore(Store):
    """Writes down each call, as its name and its key, and how many bytes were read whole."""

    calls: list[tuple[str, str]]
    read_bytes: int

    def reset(self) -> None:
        self.calls, self.read_bytes = [], 0

    def keys(self, *names: str) -> list[str]:
        """Return the keys of the calls with these names."""
        return [key for name, key in self.calls if name in names]

    def get(self, key: str) -> Stored:
        self.calls.append(("get", key))
        stored = super().get(key)
        self.read_bytes += len(stored.data)
        return stored

    def get_unless(self, key: str, etag: str) -> Stored | None:
        self.calls.append(("get_unless", key))
        return super().get_unless(key, etag)

    def open(self, key: str, etag: str) -> RawIOBase:
        self.calls.append(("open", key))
        return super().open(key, etag)

    def create(self, key: str, data: bytes) -> str:
        self.calls.append(("create", key))
        return super().create(key, data)

    def replace(self, key: str, data: bytes, etag: str) -> str:
        self.calls.append(("replace", key))
        return super().replace(key, data, etag)

    def delete(self, *keys: str) -> None:
        if keys:
            self.calls.append(("delete", keys[0]))
        super().delete(*keys)

    def list_objects(self, prefix: str) -> Iterator[Listed]:
        self.calls.append(("list_objects", prefix))
        return super().list_objects(prefix)

    def list_folders(self, prefix: str) -> list[str]:
        self.calls.append(("list_folders", prefix))
        return super().list_folders(prefix)


def counting(store: Store | None = None) -> CountingStore:
    """Return a store that counts, on another one's objects."""
    plain = store or open_store("memory://")
    made = CountingStore(plain.url, plain._store, plain._lock)
    made.reset()
    return made
