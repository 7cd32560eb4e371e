"""Counting the calls to object storage, each with its time and what came of it."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Self

from lr_core.errors import ObjectChanged, ObjectExists, ObjectNotFound, StoreUnavailable
from lr_core.telemetry.metrics import STORE_CALLS

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["NOT_MODIFIED", "Call"]

NOT_MODIFIED = "not_modified"
RESULTS: dict[type[BaseException], str] = {
    ObjectNotFound: "not_found",
    ObjectExists: "exists",
    ObjectChanged: "changed",
    StoreUnavailable: "unavailable",
}
"""By exception; of others, such as a key that cannot be read, nothing was wrong with the store."""


class Call:
    """A context that is a call.

    Attributes
    ----------
    result
        What is said of a call that raises nothing.
    """

    __slots__ = ("_began_s", "_operation", "_paused_s", "result")

    def __init__(self, operation: str) -> None:
        self._operation, self.result = operation, "ok"
        self._began_s = self._paused_s = 0.0

    def __enter__(self) -> Self:
        self._began_s = perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        result = self.result if kind is None else RESULTS.get(kind, "ok")
        end_s = self._paused_s or perf_counter()  # a listing that nobody wants the rest of ended where it paused
        STORE_CALLS.observe(end_s - self._began_s, (self._operation, result))

    def pause(self) -> None:
        """Leave out the time from here on, which is the caller's."""
        self._paused_s = perf_counter()

    def go_on(self) -> None:
        """Take the time again."""
        self._began_s += perf_counter() - self._paused_s
        self._paused_s = 0.0
