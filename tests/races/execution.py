"""One run of an operation, in a thread of its own that stops before each call until it is told the answer."""

from __future__ import annotations

from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from tests.races.calls import PRIVATE, SteppedStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.races.calls import Answer, Call

__all__ = ["Astray", "Execution", "Operation", "Outcome", "Stuck"]

DEADLINE_S = 60


@dataclass(frozen=True, eq=False)
class Operation:
    """What runs beside others.

    It must be a function of the answers that it gets: no clock, no random number.

    Attributes
    ----------
    may_raise
        The errors that are an answer of it rather than a failure.
    forgets
        The key of the table that it forgets, for one that does.
    private
        See `SteppedStore`.
    """

    name: str
    run: Callable[[SteppedStore], object]
    may_raise: tuple[type[Exception], ...] = ()
    forgets: str | None = None
    private: str = PRIVATE


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an operation ended."""

    value: object = None
    error: Exception | None = None


class Astray(AssertionError):
    """An operation made another call than before, though it saw the same."""


class Stuck(AssertionError):
    """An operation neither made a call nor ended in time."""


class Abandoned(BaseException):
    """Unwinds a thread whose operation is not wanted any more."""


class Execution:
    """A run of an operation.

    Parameters
    ----------
    script
        The calls that it is known to make first, with their answers; it stops at the first one after them.
    """

    def __init__(self, operation: Operation, script: Sequence[tuple[Call, Answer]]) -> None:
        self._operation = operation
        self._script = list(reversed(script))
        self._answers: SimpleQueue[Answer | None] = SimpleQueue()
        self._reports: SimpleQueue[Call | Outcome] = SimpleQueue()
        self._thread = Thread(target=self._run, name=operation.name, daemon=True)
        self._thread.start()

    def next(self) -> Call | Outcome:
        """Wait for the call that it stops at, or for its end."""
        try:
            return self._reports.get(timeout=DEADLINE_S)
        except Empty:
            raise Stuck(f"{self._operation.name} neither made a call nor ended in {DEADLINE_S} s") from None

    def answer(self, answer: Answer) -> None:
        """Answer the call that it stopped at."""
        self._answers.put(answer)

    def abandon(self) -> None:
        """End it where it stands."""
        self._answers.put(None)
        self._thread.join(DEADLINE_S)
        if self._thread.is_alive():
            raise Stuck(f"{self._operation.name} did not end when told to")

    def _run(self) -> None:
        try:
            outcome = Outcome(self._operation.run(SteppedStore(self._ask, self._operation.private)))
        except Abandoned:
            return
        except Exception as error:  # noqa: BLE001  -- whatever it is, it is how the operation ended
            outcome = Outcome(error=error)
        self._reports.put(outcome)

    def _ask(self, call: Call) -> Answer:
        if self._script:
            expected, known = self._script.pop()
            if call != expected:
                raise Astray(f"{self._operation.name}: expected {expected} again, found {call}")
            answer: Answer | None = known
            assert answer
            return answer
        self._reports.put(call)
        answer = self._answers.get()
        if answer is None:
            self._answers.put(None)  # what unwinds may call again
            raise Abandoned
        return answer
