"""The calls that this project makes to an object store."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from obstore import exceptions
from obstore.store import LocalStore

from lr_core.errors import ObjectChanged, ObjectExists, ObjectNotFound
from lr_core.store.calls import NOT_MODIFIED, Call
from lr_core.store.errors import translated
from lr_core.store.reader import ObjectReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime
    from io import RawIOBase

    from obstore.store import MemoryStore, S3Store

__all__ = ["Listed", "Store", "Stored", "find"]

STREAM_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it was read: its bytes and the ETag they had, without quotes."""

    data: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as a listing names it: its key, its ETag without quotes, its size in bytes, when it was written."""

    key: str
    etag: str
    size: int
    modified: datetime


class Lock(Protocol):
    """A way to let one writer at a time into a store."""

    def __call__(self) -> AbstractContextManager[None]:
        """Return a context that holds the lock."""
        ...


class Store:
    """The calls that this project makes to an object store, each one request.

    Every method raises `StoreUnavailable` where the store does not answer in time or refuses; a listing raises
    `InvalidInput` where it meets a key that cannot be read: with a control character, or nothing between two `/`.
    """

    def __init__(self, url: str, store: LocalStore | MemoryStore | S3Store, lock: Lock) -> None:
        self.url = url
        self._store = store
        self._lock = lock

    def get(self, key: str) -> Stored:
        """Read an object whole.

        Raises
        ------
        ObjectNotFound
            There is none under this key.
        """
        with Call("get"), translated(self.url, key):
            found = self._store.get(key)
            return Stored(bytes(found.bytes()), bare(found.meta["e_tag"]))

    def get_unless(self, key: str, etag: str) -> Stored | None:
        """Read an object whole, or return None where it still has this ETag (If-None-Match)."""
        with Call("get") as call, translated(self.url, key):
            try:
                found = self._store.get(key, options={"if_none_match": quoted(etag)})
            except exceptions.NotModifiedError:
                call.result = NOT_MODIFIED
                return None
            return Stored(bytes(found.bytes()), bare(found.meta["e_tag"]))

    def open(self, key: str, etag: str) -> RawIOBase:
        """Read an object as a stream of just the bytes that had this ETag (If-Match).

        Raises
        ------
        ObjectNotFound, ObjectChanged
            It went, or has other bytes by now.
        """
        with Call("stream"), translated(self.url, key):
            found = self._store.get(key, options={"if_match": quoted(etag)})
            return ObjectReader(self.url, key, iter(found.stream(STREAM_CHUNK_BYTES)))

    def create(self, key: str, data: bytes) -> str:
        """Write an object that is not there yet and return its ETag (If-None-Match: *).

        Raises
        ------
        ObjectExists
            Something is there, or was being written; read it to learn what.
        """
        with Call("create"), translated(self.url, key), self._lock():
            return bare(self._store.put(key, data, mode="create", use_multipart=False)["e_tag"])

    def replace(self, key: str, data: bytes, etag: str) -> str:
        """Write an object in place of the one with this ETag and return the new ETag (If-Match).

        Raises
        ------
        ObjectChanged
            It has another ETag, or went. An answer that was lost can end here too: read back before giving up.
        """
        try:
            with Call("replace"), translated(self.url, key), self._lock():
                return self._swap(key, data, etag)
        except (ObjectExists, ObjectNotFound) as error:  # servers answer a lost race as 404, 409 or 412
            raise ObjectChanged(f"{key} changed meanwhile") from error

    def _swap(self, key: str, data: bytes, etag: str) -> str:
        if not isinstance(self._store, LocalStore):
            return bare(self._store.put(key, data, mode={"e_tag": quoted(etag)}, use_multipart=False)["e_tag"])
        if bare(self._store.head(key)["e_tag"]) != etag:  # the lock is held: nobody writes between this and the put
            raise ObjectChanged(f"{key} changed meanwhile")
        return bare(self._store.put(key, data, use_multipart=False)["e_tag"])

    def delete(self, *keys: str) -> None:
        """Delete objects; one that is not there is deleted already. On S3 one request for up to a thousand of them."""
        if not keys:
            return
        with Call("delete"), translated(self.url, keys[0]), self._lock():
            if not isinstance(self._store, LocalStore):
                self._store.delete(keys)
                return
            for key in keys:
                with suppress(FileNotFoundError):
                    self._store.delete(key)

    def list_objects(self, prefix: str) -> Iterator[Listed]:
        """Name the objects under a prefix that ends in `/`, in no order."""
        with Call("list") as call, translated(self.url, prefix):
            for page in self._store.list(prefix):
                call.pause()
                for item in page:
                    yield Listed(item["path"], bare(item["e_tag"]), item["size"], item["last_modified"])
                call.go_on()

    def list_folders(self, prefix: str) -> list[str]:
        """Name what stands between a prefix that ends in `/` and the next `/`, sorted."""
        with Call("list"), translated(self.url, prefix):
            found = self._store.list_with_delimiter(prefix)["common_prefixes"]
        return sorted(path.rsplit("/", 1)[-1] for path in found)


def find(store: Store, key: str) -> Stored | None:
    """Read an object whole, or return None where there is none."""
    try:
        return store.get(key)
    except ObjectNotFound:
        return None


def bare(etag: str | None) -> str:
    """Return an ETag without its quotes, which servers put around it in some answers and not in others."""
    return (etag or "").removeprefix('"').removesuffix('"')


def quoted(etag: str) -> str:
    """Return an ETag as a header has it (RFC 9110, section 8.8.3)."""
    return etag if etag.startswith("W/") else f'"{etag}"'
