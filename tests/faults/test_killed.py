"""A process that is killed after any call to the store, amid a write, and at any moment."""

from __future__ import annotations

import random
import signal
from typing import TYPE_CHECKING

import pytest

from tests.faults.cases import Case, sound
from tests.faults.injection import CAN_BE_LATE
from tests.faults.killing import fork_server
from tests.faults.operations import BY_NAME, OPERATIONS
from tests.soak import SOAK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lr_core.settings import S3Settings
    from tests.faults.grounds import Ground
    from tests.faults.killing import ForkServer
    from tests.faults.operations import Operation

KILLED = OPERATIONS if SOAK else (BY_NAME["train"], BY_NAME["rollback"])
MOMENTS = 200 if SOAK else 4


@pytest.fixture(scope="module")
def forks() -> Iterator[ForkServer]:
    with fork_server() as server:
        yield server


@pytest.mark.parametrize("kind", ["file", "s3"])
@pytest.mark.parametrize("operation", KILLED, ids=str)
def test_a_process_killed_after_any_call_leaves_all_whole_and_another_one_ends_the_same(
    forks: ForkServer,
    ground_of: Callable[[str, Operation], Ground],
    request: pytest.FixtureRequest,
    kind: str,
    operation: Operation,
) -> None:
    ground = ground_of(kind, operation)
    server: S3Settings | None = request.getfixturevalue("s3_server") if kind == "s3" else None
    expected = sound(ground, operation)
    for call in expected.calls if SOAK or kind == "file" else expected.calls[::3]:
        case = Case(ground, operation, expected, "killed", call)
        status, _ = forks.run(operation.name, case.store.url, server, number=call.number)
        assert status == -signal.SIGKILL, f"{operation} ended with {status} at {call}"
        case.check(None)
        case.run_again()


@pytest.mark.parametrize("operation", KILLED, ids=str)
def test_a_process_killed_amid_a_write_to_a_folder_leaves_all_whole(
    forks: ForkServer, ground_of: Callable[[str, Operation], Ground], operation: Operation
) -> None:
    ground = ground_of("file", operation)
    expected = sound(ground, operation)
    for call in [call for call in expected.calls if call.method in CAN_BE_LATE and call.size]:
        case = Case(ground, operation, expected, "killed in write", call)
        status, _ = forks.run(operation.name, case.store.url, None, number=call.number, is_torn=True)
        assert status == -signal.SIGXFSZ, f"{operation} ended with {status} at {call}"
        case.check(None)
        case.run_again()


@pytest.mark.parametrize("operation", KILLED, ids=str)
def test_a_process_killed_at_any_moment_leaves_all_whole(
    forks: ForkServer, ground_of: Callable[[str, Operation], Ground], operation: Operation
) -> None:
    ground = ground_of("file", operation)
    expected = sound(ground, operation)
    seconds = max(forks.run(operation.name, ground.fresh().url, None)[1] for _ in range(3))
    draw = random.Random(operation.name)  # noqa: S311  -- moments, no secrets
    for _ in range(MOMENTS):
        moment = draw.uniform(0, seconds)
        case = Case(ground, operation, expected, "killed at a moment", f"{moment:.6f} s")
        status, _ = forks.run(operation.name, case.store.url, None, after_s=moment)
        if status == 0:
            continue  # it was done before
        assert status == -signal.SIGKILL, f"{operation} ended with {status} after {moment} s"
        case.check(None)
        case.run_again()
