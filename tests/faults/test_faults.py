"""A fault at every call to the store that an operation makes, in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.cases import Case, sound
from tests.faults.injection import CAN_BE_LATE, KINDS, READ, Arrival, Injector, Kind
from tests.faults.operations import OPERATIONS
from tests.faults.watched import Watched
from tests.soak import as_deep

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.cases import Sound
    from tests.faults.grounds import Ground
    from tests.faults.operations import Operation
    from tests.faults.watched import Call

STEP = as_deep(light=15, heavy=5, soak=1)
"""How many calls apart the moments are at which a write arrives."""

APART = as_deep(
    light={"memory": 4, "file": 12, "s3": 24},
    heavy={"memory": 1, "file": 4, "s3": 8},
    soak={"memory": 1, "file": 1, "s3": 1},
)
"""How many calls apart those are that meet faults; for a training a third of that."""

pytestmark = pytest.mark.deeper


def share(kind: str, operation: Operation, calls: tuple[Call, ...]) -> tuple[Call, ...]:
    """Return the calls that meet faults, other ones for each operation."""
    place = OPERATIONS.index(operation)
    apart = APART[kind] if place else -(-APART[kind] // 3)
    return calls[place % apart :: apart]


def strike(ground: Ground, operation: Operation, expected: Sound, kind: Kind, call: Call) -> None:
    """Let an operation meet a fault, check what it leaves, and run it again."""
    case = Case(ground, operation, expected, kind, call)
    injector = Injector(call.number, kind)
    answer = case.attempt(Watched(case.store, injector))
    assert injector.has_struck
    assert answer is not None or kind is not Kind.RETRIED, f"{operation}: a retried put failed at {call}"
    if kind is Kind.LATE:
        injector.arrive()
    case.check(answer)
    case.run_again()
    if kind is Kind.LATER:
        injector.arrive()
        case.check_end()


@pytest.mark.parametrize("kind", ["memory", "file", "s3"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_a_fault_at_any_call_leaves_all_whole_and_running_again_ends_the_same(
    ground_of: Callable[[str, Operation], Ground], kind: str, operation: Operation
) -> None:
    ground = ground_of(kind, operation)
    expected = sound(ground, operation)
    for call in share(kind, operation, expected.calls):
        for fault in KINDS.get(call.method, READ):
            strike(ground, operation, expected, fault, call)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_a_write_that_arrives_amid_the_second_run_does_no_harm(
    ground_of: Callable[[str, Operation], Ground], operation: Operation
) -> None:
    ground = ground_of("memory", operation)
    expected = sound(ground, operation)
    writes = [call for call in expected.calls if call.method in CAN_BE_LATE]
    for call in writes:
        for moment in range(1 + call.number % STEP, len(expected.calls) + 1, STEP):
            case = Case(ground, operation, expected, Kind.DURING, f"{call}, arriving before call {moment}")
            injector = Injector(call.number, Kind.DURING)
            case.check(case.attempt(Watched(case.store, injector)))
            case.run_again(Arrival(injector, moment))
