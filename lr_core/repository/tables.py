"""The tables of a model, as they lie in the bucket."""

from __future__ import annotations

from hashlib import sha256
from io import RawIOBase
from typing import TYPE_CHECKING, BinaryIO, cast

from lr_core.repository.keys import data_prefix, is_table

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from lr_core.store import Listed, Store

__all__ = ["StoredTable", "list_tables", "stored_table"]


def list_tables(store: Store, model: str) -> list[Listed]:
    """Name the tables of a model in the order of the UTF-8 bytes of their keys."""
    found = (item for item in store.list_objects(data_prefix(model)) if is_table(model, item.key))
    return sorted(found, key=lambda item: item.key.encode())


def stored_table(store: Store, model: str, key: str) -> StoredTable | None:
    """Return one table of a model, or None."""
    return next((StoredTable(store, item) for item in list_tables(store, model) if item.key == key), None)


class StoredTable:
    """One table, read by the ETag that was listed: one that changed meanwhile raises `ObjectChanged`."""

    def __init__(self, store: Store, listed: Listed) -> None:
        self.store = store
        self.key, self.etag, self.size, self.modified = listed.key, listed.etag, listed.size, listed.modified
        self._stream: HashedStream | None = None

    def open(self) -> BinaryIO:
        """Open the table's bytes as a stream; may be called again."""
        self._stream = HashedStream(self.store.open(self.key, self.etag))
        return cast("BinaryIO", self._stream)

    def digest(self) -> str:
        """Return SHA-256 of the table's bytes, as 64 hex digits, without reading again what was read to its end."""
        if self._stream is None or not self._stream.ended:
            with self.open() as stream:
                while stream.read(1 << 20):
                    pass
        return cast("HashedStream", self._stream).total.hexdigest()


class HashedStream(RawIOBase):
    """A stream that hashes what is read of it."""

    def __init__(self, stream: RawIOBase) -> None:
        self._stream = stream
        self.total = sha256()
        self.ended = False

    def readable(self) -> bool:
        """Say yes."""
        return True

    def close(self) -> None:
        """Close what is read."""
        self._stream.close()
        super().close()

    def readinto(self, buffer: Buffer, /) -> int:
        """Fill the buffer's front and return how many bytes that were; 0 at the end."""
        target = memoryview(buffer)
        size = self._stream.readinto(target) or 0
        self.total.update(target[:size])
        self.ended = size == 0 and len(target) > 0
        return size
