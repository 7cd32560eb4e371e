"""A fault at every request of an operation to a real S3 server, on the wire: what obstore makes of it included."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import pytest

from lr_core.store import open_store
from tests.faults import proxy
from tests.faults.cases import Case, sound
from tests.faults.grounds import BucketGround
from tests.faults.operations import OPERATIONS
from tests.faults.proxy import Mode
from tests.soak import SOAK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lr_core.settings import S3Settings
    from tests.faults.operations import Operation

TIMEOUT_S = 0.6
"""Short, for a client waits so long for what is held back; a slow answer that it takes for a lost one does no harm."""

ATTEMPTS = 10

WIRE = OPERATIONS if SOAK else OPERATIONS[:1]


def faults(requests: int) -> Iterator[tuple[int, Mode]]:
    """Yield the faults: every mode at every request, or one mode at each in turn."""
    if SOAK:
        return ((number, mode) for number in range(1, requests + 1) for mode in Mode)
    return zip(range(1, requests + 1), cycle(Mode), strict=False)


def strike(wire: proxy.Proxy, case: Case, number: int, mode: Mode) -> bool:
    """Let an operation meet a fault on the wire, check what it leaves, and run it again beside the proxy.

    Returns
    -------
    Whether it met the fault: on a busy machine it can end before, by an answer that was late by itself.
    """
    wire.arm(number, mode)
    answer = case.attempt(open_store(case.store.url, wire.settings, TIMEOUT_S))
    struck = bool(wire.struck)
    assert struck or answer is None, f"{mode} at request {number} never came"
    if mode is not Mode.LATER:
        wire.release()
    case.check(answer)
    case.run_again()
    if mode is Mode.LATER:
        wire.release()
        case.check_end()
    return struck


@pytest.mark.parametrize("operation", WIRE, ids=str)
def test_a_fault_on_the_wire_leaves_all_whole_and_running_again_ends_the_same(
    s3_server: S3Settings, operation: Operation
) -> None:
    ground = BucketGround(operation, s3_server)
    expected = sound(ground, operation)
    with proxy.running(s3_server) as wire:
        operation.run(open_store(ground.fresh().url, wire.settings, 30))
        requests = wire.count
        assert requests >= len(expected.calls)
        for number, mode in faults(requests):
            cases = (Case(ground, operation, expected, mode, f"request {number}") for _ in range(ATTEMPTS))
            assert any(strike(wire, case, number, mode) for case in cases), f"{mode} at request {number} never came"
