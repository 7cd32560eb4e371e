"""A store whose every call passes by a watcher, which may count it, keep it from happening, or lose its answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Protocol, TypeVar

from lr_core.store import Store
from lr_core.store.reader import ObjectReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import RawIOBase

    from lr_core.store import Listed, Stored

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """A call to a store: its number from 1, its method, its key, and the length of what it writes."""

    number: int
    method: str
    key: str
    size: int = 0

    def __str__(self) -> str:
        return f"call {self.number}, {self.method} {self.key}"


class Around(Protocol):
    """What stands between a caller and a store."""

    def __call__(self, call: Call, carry_out: Callable[[], T]) -> T:
        """Answer a call, by carrying it out or otherwise."""
        ...


class Watched(Store):
    """A store that asks `around` for each call; the reading of a stream or a listing is part of the call."""

    def __init__(self, store: Store, around: Around) -> None:
        super().__init__(store.url, store._store, store._lock)
        self._around = around
        self._numbers = count(1)

    def _call(self, method: str, key: str, carry_out: Callable[[], T], data: bytes = b"") -> T:
        return self._around(Call(next(self._numbers), method, key, len(data)), carry_out)

    def get(self, key: str) -> Stored:
        return self._call("get", key, partial(super().get, key))

    def get_unless(self, key: str, etag: str) -> Stored | None:
        return self._call("get_unless", key, partial(super().get_unless, key, etag))

    def open(self, key: str, etag: str) -> RawIOBase:
        opened = super().open

        def read_whole() -> RawIOBase:
            with opened(key, etag) as stream:
                return ObjectReader(self.url, key, iter([stream.read()]))

        return self._call("open", key, read_whole)

    def create(self, key: str, data: bytes) -> str:
        return self._call("create", key, partial(super().create, key, data), data)

    def replace(self, key: str, data: bytes, etag: str) -> str:
        return self._call("replace", key, partial(super().replace, key, data, etag), data)

    def delete(self, *keys: str) -> None:
        if keys:
            self._call("delete", keys[0], partial(super().delete, *keys))

    def list_objects(self, prefix: str) -> Iterator[Listed]:
        listed = super().list_objects
        return iter(self._call("list_objects", prefix, lambda: list(listed(prefix))))

    def list_folders(self, prefix: str) -> list[str]:
        return self._call("list_folders", prefix, partial(super().list_folders, prefix))


class Trace:
    """Carries each call out and remembers it."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def __call__(self, call: Call, carry_out: Callable[[], T]) -> T:
        self.calls.append(call)
        return carry_out()
