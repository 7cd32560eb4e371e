"""What can go wrong with one call to a store."""

from __future__ import annotations

from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar, cast

from lr_core.errors import ObjectChanged, ObjectExists, StoreError, StoreUnavailable
from lr_core.store.reader import ObjectReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import RawIOBase

    from tests.faults.watched import Call

T = TypeVar("T")


class Kind(StrEnum):
    """A fault, as the table of figures names it."""

    REFUSED = "refused"
    LOST = "answer lost"
    CUT = "stream cut"
    RETRIED = "retried put"
    LATE = "late"
    LATER = "late, after rerun"
    DURING = "late, in rerun"


READ = (Kind.REFUSED, Kind.LOST)
KINDS = {
    "open": (*READ, Kind.CUT),
    "create": (*READ, Kind.RETRIED, Kind.LATE, Kind.LATER),
    "replace": (*READ, Kind.RETRIED, Kind.LATE, Kind.LATER),
    "delete": (*READ, Kind.LATE, Kind.LATER),
}
"""The kinds that a method can meet; any other method reads, and an answer that is late is then one that was lost."""

CAN_BE_LATE = tuple(method for method, kinds in KINDS.items() if Kind.LATE in kinds)
RETRIED = {"create": ObjectExists, "replace": ObjectChanged}
GONE = StoreUnavailable("the answer did not come")


class Injector:
    """Lets one fault happen at one call and carries all others out."""

    def __init__(self, number: int, kind: Kind) -> None:
        self._number, self._kind = number, kind
        self._late: Callable[[], object] | None = None
        self.has_struck = False

    def __call__(self, call: Call, carry_out: Callable[[], T]) -> T:
        if call.number != self._number:
            return carry_out()
        self.has_struck = True
        if self._kind is Kind.CUT:
            return cast("T", cut(cast("RawIOBase", carry_out()), call.key))
        if self._kind is Kind.LOST:
            with suppress(StoreError):
                carry_out()
        elif self._kind is Kind.RETRIED:
            carry_out()
            raise RETRIED[call.method]("there already")
        elif self._kind is not Kind.REFUSED:
            self._late = carry_out
        raise GONE

    def arrive(self) -> None:
        """Carry out now what was held back; by now the store may refuse it."""
        if self._late is not None:
            with suppress(StoreError):
                self._late()
            self._late = None


class Arrival:
    """Lets what an injector holds back arrive just before a call of another run."""

    def __init__(self, injector: Injector, number: int) -> None:
        self._injector, self._number = injector, number

    def __call__(self, call: Call, carry_out: Callable[[], T]) -> T:
        if call.number == self._number:
            self._injector.arrive()
        return carry_out()


def cut(stream: RawIOBase, key: str) -> RawIOBase:
    """Return the first half of a stream, after which the connection breaks."""
    data = stream.read() or b""

    def pieces() -> Iterator[bytes]:
        yield data[: len(data) // 2]
        raise GONE

    return ObjectReader("cut", key, pieces())
