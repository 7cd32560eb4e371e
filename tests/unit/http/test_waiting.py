"""Who waits for whom: reads of different models for nobody, large bodies for each other."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from lr_core.http.asgi import Door
from lr_core.http.large import INLINE_BODY_BYTES, turn
from lr_core.http.predict import Predict
from lr_core.settings import Settings
from lr_core.store import Store, open_store
from tests.documents import publish

if TYPE_CHECKING:
    from lr_core.store import Stored

AT_ONCE = 50  # containerConcurrency of knative/predict.yaml


class Meeting(Store):
    """A store in which nobody's read ends before so many others have begun."""

    def __init__(self) -> None:
        plain = open_store("memory://")
        super().__init__(plain.url, plain._store, plain._lock)
        self.barrier: threading.Barrier | None = None

    def get(self, key: str) -> Stored:
        if self.barrier is not None:
            self.barrier.wait(timeout=30)
        return super().get(key)


async def status(door: Door, path: str) -> int:
    """Return the status of an answer."""
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await door(scope, receive, send)
    return int(sent[0]["status"])


def test_reads_of_different_models_do_not_wait_for_each_other() -> None:
    store = Meeting()
    names = [f"m{number}" for number in range(AT_ONCE)]
    for name in names:
        publish(store, model=name)
    store.barrier = threading.Barrier(AT_ONCE)
    door = Door(Predict(store, Settings()), 1 << 20)

    async def all_at_once() -> list[int]:
        return await asyncio.gather(*(status(door, f"/v1/models/{name}") for name in names))

    assert asyncio.run(all_at_once()) == [200] * AT_ONCE


def test_large_bodies_take_turns_and_small_ones_do_not() -> None:
    entered = threading.Event()

    def enter() -> None:
        with turn(INLINE_BODY_BYTES + 1):
            entered.set()

    with turn(INLINE_BODY_BYTES + 1):
        second = threading.Thread(target=enter)
        second.start()
        with turn(INLINE_BODY_BYTES), turn(INLINE_BODY_BYTES):
            assert not entered.is_set()
    second.join(timeout=30)
    assert entered.is_set()
