"""One case: an operation meets a fault, what it leaves is whole, and run again it ends as if there had been none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lr_core.errors import StoreUnavailable
from tests.faults.figures import FIGURES
from tests.faults.invariants import broken, broken_since
from tests.faults.outcome import differences, outcome
from tests.faults.watched import Trace, Watched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lr_core.store import Store
    from tests.faults.grounds import Ground
    from tests.faults.operations import Operation
    from tests.faults.outcome import Outcome
    from tests.faults.state import State
    from tests.faults.watched import Around, Call


@dataclass(frozen=True, slots=True)
class Sound:
    """What an operation does where nothing goes wrong: its calls, its answer, what it leaves, and the generations."""

    calls: tuple[Call, ...]
    answer: object
    outcome: Outcome
    generations: dict[str, int]


def sound(ground: Ground, operation: Operation) -> Sound:
    """Run an operation where nothing goes wrong."""
    trace = Trace()
    store = ground.fresh()
    before = ground.state(store)
    answer = operation.run(Watched(store, trace))
    state = ground.state(store)
    found = [*broken(before), *broken(state), *broken_since(before, state, goes_back=operation.goes_back)]
    assert not found, f"{operation} on {ground.kind}, without a fault: {found}"
    assert answer is not None
    return Sound(tuple(trace.calls), answer, outcome(state), generations(state))


def generations(state: State) -> dict[str, int]:
    """Return the generations of the aliases."""
    return {name: alias.generation for name, alias in state.aliases.items()}


class Case:
    """One fault and what comes after it, on a fresh ground."""

    def __init__(self, ground: Ground, operation: Operation, expected: Sound, fault: str, call: object) -> None:
        self.store = ground.fresh()
        self._ground, self._operation, self._expected = ground, operation, expected
        self._name = f"{operation} on {ground.kind}, {fault} at {call}"
        self._states = [ground.state(self.store)]
        self._figure = operation.name, ground.kind, fault

    def attempt(self, store: Store) -> object | None:
        """Run the operation and return what it answers; None where it says that the store is unavailable."""
        try:
            return self._operation.run(store)
        except StoreUnavailable:
            return None

    def check(self, answer: object | None) -> None:
        """Count the fault, and check what it left: whole in any case, and all where the run said that it was done."""
        FIGURES[self._figure] += 1
        found = [*self._broken()]
        if answer is not None:
            found += self._undone(0)
            found += [f"answered {answer}"] if answer != self._expected.answer else []
        assert not found, f"{self._name}: {found}"

    def run_again(self, around: Around | None = None) -> None:
        """Run the operation without a fault, and check that it ends as it would have at once."""
        self._operation.run(Watched(self.store, around) if around else self.store)
        self.check_end()

    def check_end(self) -> None:
        """Check that all is as it would have been at once, at most a generation later."""
        found = [*self._broken(), *self._undone(1)]
        assert not found, f"{self._name}, run again: {found}"

    def _broken(self) -> Iterator[str]:
        self._states.append(self._ground.state(self.store))
        yield from broken(self._states[-1])
        for before in self._states[:-1]:
            yield from broken_since(before, self._states[-1], goes_back=self._operation.goes_back)

    def _undone(self, more: int) -> Iterator[str]:
        yield from differences(outcome(self._states[-1]), self._expected.outcome)
        for name, generation in generations(self._states[-1]).items():
            expected = self._expected.generations.get(name, 0)
            if not expected <= generation <= expected + more:
                yield f"alias {name} is in generation {generation}, not {expected}"
