"""Object storage: the only place of this library that opens a connection to one.

A store is named by a URL: `s3://bucket[/prefix]`, `file:///folder` or `memory://`. Whatever it is, a put is atomic, a
create never overwrites, and a replace succeeds only on the object whose ETag it names (RFC 9110, section 13.1).
"""

from __future__ import annotations

import os
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from io import RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote

from obstore import exceptions
from obstore.store import LocalStore, MemoryStore, S3Store

from lr_core.errors import ObjectChanged, ObjectExists, ObjectNotFound, SettingsError, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from obstore.store import ClientConfig, RetryConfig
    from typing_extensions import Buffer

    from lr_core.settings import S3Settings, Settings

__all__ = ["Listed", "Store", "Stored", "open_store", "store_of"]

STREAM_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it was read: its bytes and the ETag they had, without quotes."""

    data: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as a listing names it: its key, its ETag without quotes, and its size in bytes."""

    key: str
    etag: str
    size: int


class Store:
    """The calls that this project makes to an object store, each one request.

    Every method raises `StoreUnavailable` where the store does not answer in time or refuses.
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
        with translated(self.url, key):
            found = self._store.get(key)
            return Stored(bytes(found.bytes()), bare(found.meta["e_tag"]))

    def get_unless(self, key: str, etag: str) -> Stored | None:
        """Read an object whole, or return None where it still has this ETag (If-None-Match)."""
        with translated(self.url, key):
            try:
                found = self._store.get(key, options={"if_none_match": quoted(etag)})
            except exceptions.NotModifiedError:
                return None
            return Stored(bytes(found.bytes()), bare(found.meta["e_tag"]))

    def open(self, key: str, etag: str) -> RawIOBase:
        """Read an object as a stream of just the bytes that had this ETag (If-Match).

        Raises
        ------
        ObjectNotFound, ObjectChanged
            It went, or has other bytes by now.
        """
        with translated(self.url, key):
            found = self._store.get(key, options={"if_match": quoted(etag)})
            return ObjectReader(self.url, key, iter(found.stream(STREAM_CHUNK_BYTES)))

    def create(self, key: str, data: bytes) -> str:
        """Write an object that is not there yet and return its ETag (If-None-Match: *).

        Raises
        ------
        ObjectExists
            Something is there, or was being written; read it to learn what.
        """
        with translated(self.url, key), self._lock():
            return bare(self._store.put(key, data, mode="create", use_multipart=False)["e_tag"])

    def replace(self, key: str, data: bytes, etag: str) -> str:
        """Write an object in place of the one with this ETag and return the new ETag (If-Match).

        Raises
        ------
        ObjectChanged
            It has another ETag, or went. An answer that was lost can end here too: read back before giving up.
        """
        try:
            with translated(self.url, key), self._lock():
                return self._swap(key, data, etag)
        except (ObjectExists, ObjectNotFound) as error:  # servers answer a lost race as 404, 409 or 412
            raise ObjectChanged(f"{key} changed meanwhile") from error

    def _swap(self, key: str, data: bytes, etag: str) -> str:
        if not isinstance(self._store, LocalStore):
            return bare(self._store.put(key, data, mode={"e_tag": quoted(etag)}, use_multipart=False)["e_tag"])
        if bare(self._store.head(key)["e_tag"]) != etag:  # the lock is held: nobody writes between this and the put
            raise ObjectChanged(f"{key} changed meanwhile")
        return bare(self._store.put(key, data, use_multipart=False)["e_tag"])

    def list_objects(self, prefix: str) -> Iterator[Listed]:
        """Name the objects under a prefix that ends in `/`, in no order."""
        with translated(self.url, prefix):
            for page in self._store.list(prefix):
                for item in page:
                    yield Listed(item["path"], bare(item["e_tag"]), item["size"])

    def list_folders(self, prefix: str) -> list[str]:
        """Name what stands between a prefix that ends in `/` and the next `/`, sorted."""
        with translated(self.url, prefix):
            found = self._store.list_with_delimiter(prefix)["common_prefixes"]
        return sorted(path.rsplit("/", 1)[-1] for path in found)


class Lock(Protocol):
    """A way to let one writer at a time into a store."""

    def __call__(self) -> AbstractContextManager[None]:
        """Return a context that holds the lock."""
        ...


class ObjectReader(RawIOBase):
    """A stream of bytes as a file, for readers that want one."""

    def __init__(self, url: str, key: str, pieces: Iterator[Buffer]) -> None:
        self._url, self._key, self._pieces = url, key, pieces
        self._left = memoryview(b"")

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Fill the buffer's front and return how many bytes that were; 0 at the end."""
        while not self._left:
            with translated(self._url, self._key):
                piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = memoryview(piece)
        target = memoryview(buffer)
        size = min(len(target), len(self._left))
        target[:size], self._left = self._left[:size], self._left[size:]
        return size


def open_store(url: str, s3: S3Settings | None = None, timeout_s: float = 5.0) -> Store:
    """Open the store that a URL names; nothing is asked of it yet.

    Parameters
    ----------
    url
        `s3://bucket[/prefix]`, `file:///folder` (made where it is missing) or `memory://` (new each time).
    s3
        Where the S3 server is; by default Amazon's.
    timeout_s
        Seconds to the first byte, retries included, and between bytes.

    Raises
    ------
    SettingsError
        The URL is of another form.
    """
    scheme, found, rest = url.partition("://")
    if url == "memory://":
        return Store(url, MemoryStore(), nullcontext)
    if scheme == "file" and rest.startswith("/"):
        folder = unquote(rest)
        return Store(url, LocalStore(folder, mkdir=True), lambda: flock(folder))
    bucket, _, prefix = rest.partition("/")
    if scheme == "s3" and found and bucket:
        return Store(url, open_s3(bucket, prefix.strip("/"), s3, timeout_s), nullcontext)
    raise SettingsError(f"the store is {url!r}; expected s3://bucket, file:///folder or memory://")


def store_of(settings: Settings, url: str | None = None) -> Store:
    """Open the store of a URL, else that of the settings, else `.lr-sgd` in the working directory."""
    url = url or settings.store or Path.cwd().joinpath(".lr-sgd").as_uri()
    return open_store(url, settings.s3, settings.store_timeout_s)


def open_s3(bucket: str, prefix: str, s3: S3Settings | None, timeout_s: float) -> S3Store:
    """Open a bucket with retries that fit into the timeout: an attempt takes less than half of it."""
    attempt = timedelta(seconds=timeout_s * 0.45)
    client: ClientConfig = {
        "allow_http": True,
        "connect_timeout": attempt,
        "read_timeout": attempt,
        "timeout": timedelta(days=1),  # a long table may take long, as long as bytes come
    }
    retry: RetryConfig = {
        "backoff": {"init_backoff": attempt / 40, "max_backoff": attempt / 10, "base": 2},
        "max_retries": 10,
        "retry_timeout": timedelta(seconds=timeout_s * 0.5),
    }
    access = access_config(s3)
    return S3Store(bucket, prefix=prefix or None, client_options=client, retry_config=retry, **access)  # type: ignore[arg-type]


def access_config(s3: S3Settings | None) -> dict[str, object]:
    """Return obstore's words for where the server is and who asks."""
    if s3 is None:
        return {}
    config: dict[str, object] = {"region": s3.region}
    if s3.endpoint:
        config |= {"endpoint": s3.endpoint, "virtual_hosted_style_request": False}
    if s3.access_key_id and s3.secret_access_key:
        config |= {"access_key_id": s3.access_key_id, "secret_access_key": s3.secret_access_key}
    elif s3.endpoint:
        config |= {"skip_signature": True}  # else it would look for Amazon's instance metadata
    return config


@contextmanager
def flock(folder: str) -> Iterator[None]:
    """Hold the lock of a folder; the kernel lets go of it when its holder dies."""
    import fcntl  # noqa: PLC0415  -- not on every system, and for file:// alone

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def translated(url: str, key: str) -> Iterator[None]:
    """Turn what obstore raises into the errors of this library."""
    try:
        yield
    except FileNotFoundError as error:
        raise ObjectNotFound(f"there is no {key} in {url}") from error
    except exceptions.AlreadyExistsError as error:
        raise ObjectExists(f"{key} is in {url} already") from error
    except exceptions.PreconditionError as error:
        raise ObjectChanged(f"{key} changed meanwhile") from error
    except REFUSALS as error:
        raise StoreUnavailable(f"{url} refuses {key}: not allowed") from error
    except (exceptions.BaseError, OSError) as error:
        raise StoreUnavailable(f"no answer from {url}: {first_line(error)}") from error


REFUSALS = (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError)


def first_line(error: Exception) -> str:
    """Return what an error says, without what it says to programmers."""
    return str(error).strip().partition("\n")[0] or type(error).__name__


def bare(etag: str | None) -> str:
    """Return an ETag without its quotes, which servers put around it in some answers and not in others."""
    return (etag or "").removeprefix('"').removesuffix('"')


def quoted(etag: str) -> str:
    """Return an ETag as a header has it (RFC 9110, section 8.8.3)."""
    return etag if etag.startswith("W/") else f'"{etag}"'
