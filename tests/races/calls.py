"""A call to a store, and its answer, as values: what an operation says to the world, and what it sees of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from lr_core.errors import StoreError
from lr_core.store import Listed, Store, Stored
from lr_core.store.reader import ObjectReader
from tests.races.dict_store import DictStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import RawIOBase

__all__ = ["PRIVATE", "Answer", "Ask", "Call", "SteppedStore", "perform"]

PRIVATE = "statistics/"
WRITES = {"create", "replace", "put", "delete"}


class Call(NamedTuple):
    """A method of a store and its arguments."""

    method: str
    args: tuple[Any, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.args[0]}"


class Answer(NamedTuple):
    """What a call gave, or the error that it raised."""

    value: Any
    error: type[StoreError] | None = None
    text: str = ""

    def __str__(self) -> str:
        if self.error:
            return self.error.__name__
        if isinstance(self.value, tuple):
            names = (item.key if isinstance(item, Listed) else str(item) for item in self.value)
            return f"[{', '.join(names)}]"
        return self.value.etag[:6] if isinstance(self.value, Stored) else ""


Ask = Callable[[Call], Answer]


def perform(objects: dict[str, Stored], call: Call) -> tuple[Answer, dict[str, Stored]]:
    """Carry a call out and return its answer and the objects after it; the given ones stay as they are."""
    store = DictStore(dict(objects) if call.method in WRITES else objects)
    try:
        value = getattr(store, call.method)(*call.args)
    except StoreError as error:
        return Answer(None, type(error), str(error)), objects
    if isinstance(value, ObjectReader):
        value = value.read()
    elif not isinstance(value, (Stored, str, type(None))):
        value = tuple(value)
    return Answer(value), store.objects


class SteppedStore(Store):
    """The store of one operation: it asks for each call's answer, and whoever answers decides when.

    Parameters
    ----------
    private
        What keys begin with that are the operation's own: nobody else sees them, so a call there is no turn. Derived
        objects are named by what they are made from, and what is decided never depends on whether they are there.
    """

    def __init__(self, ask: Ask, private: str = PRIVATE) -> None:
        self.url = "dict://"
        self.ask = ask
        self._private = private
        self._own: dict[str, Stored] = {}

    def _call(self, method: str, *args: Any) -> Any:
        if self._private and args[0].startswith(self._private):
            answer, self._own = perform(self._own, Call(method, args))
        else:
            answer = self.ask(Call(method, args))
        if answer.error:
            raise answer.error(answer.text)
        return answer.value

    def get(self, key: str) -> Stored:
        return self._call("get", key)  # type: ignore[no-any-return]

    def get_unless(self, key: str, etag: str) -> Stored | None:
        return self._call("get_unless", key, etag)  # type: ignore[no-any-return]

    def open(self, key: str, etag: str) -> RawIOBase:
        return ObjectReader(self.url, key, iter([self._call("open", key, etag)]))

    def create(self, key: str, data: bytes) -> str:
        return self._call("create", key, data)  # type: ignore[no-any-return]

    def replace(self, key: str, data: bytes, etag: str) -> str:
        return self._call("replace", key, data, etag)  # type: ignore[no-any-return]

    def put(self, key: str, data: bytes) -> str:
        return self._call("put", key, data)  # type: ignore[no-any-return]

    def delete(self, *keys: str) -> None:
        if keys:
            self._call("delete", *keys)

    def list_objects(self, prefix: str) -> Iterator[Listed]:
        return iter(self._call("list_objects", prefix))

    def list_folders(self, prefix: str) -> list[str]:
        return list(self._call("list_folders", prefix))
