"""Many tables at once, told of more than once and in no order."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING

import httpx
import numpy as np
import pytest

from tests.e2e.cluster import until
from tests.e2e.events import created
from tests.e2e.triggers import is_busy, silenced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.e2e_full.subject import Subject

N_TABLES = 200
COPIES = 2
"""How often each event is sent, beside what MinIO says of the same table."""

AT_ONCE = 16
TO_SETTLE_S = 600.0
TO_IDLE_S = 600.0


class Burst:
    """Tables and events of a model, sent from many threads in an order of their own.

    Attributes
    ----------
    put_s
        How long it took to put the tables.
    """

    def __init__(self, subject: Subject, data: Iterator[bytes], order: np.random.Generator) -> None:
        tables = [f"{number:03}.csv" for number in range(N_TABLES)]
        events = [created(subject.key(table)) for table in tables] * COPIES
        named = list(zip(tables, islice(data, N_TABLES), strict=True))
        self.uploads = [named[place] for place in order.permutation(len(named))]
        self.events = [events[place] for place in order.permutation(len(events))]
        self.put_s = 0.0
        self._put = subject.put

    def send(self, broker: str) -> None:
        """Put all tables and send all events; the broker must take each."""
        began_s = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as putting, ThreadPoolExecutor(AT_ONCE) as telling, httpx.Client() as client:

            def tell(message: tuple[dict[str, str], bytes]) -> int:
                return client.post(broker, headers=message[0], content=message[1], timeout=60).status_code

            told = [telling.submit(tell, event.binary()) for event in self.events]
            list(putting.map(lambda upload: self._put(*upload), self.uploads))
            self.put_s = time.monotonic() - began_s
            assert {each.result() for each in told} == {202}


@pytest.fixture
def without_clock() -> Iterator[None]:
    """Let events alone tell of tables."""
    with silenced():
        yield


@pytest.fixture
def burst(subject: Subject, small: Iterator[bytes], seed: int) -> Burst:
    return Burst(subject, small, np.random.default_rng(seed))


@pytest.mark.usefixtures("without_clock")
def test_200_uploads_at_once_duplicated_and_reordered_give_the_model_that_is_trained_in_one_go(
    subject: Subject, burst: Burst, broker: str, say: Callable[[str], None]
) -> None:
    began_s = time.monotonic()
    burst.send(broker)
    settled = subject.wait_until_settled(TO_SETTLE_S)
    settled_s = time.monotonic() - began_s
    until(lambda: not is_busy("lr-events"), "train has nothing to do any more", TO_IDLE_S)
    assert subject.latest() == settled
    subject.check()
    assert subject.letters() == []
    say(
        f"{N_TABLES} tables put in {burst.put_s:.1f} s, {len(burst.events)} events sent beside MinIO's; "
        f"all learned after {settled_s:.1f} s; version {settled.version}, generation {settled.generation}"
    )
