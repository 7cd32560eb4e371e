"""Who waits for whom at gRPC's door."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from grpc.aio import EOF

from lr_core.grpc import messages
from lr_core.grpc.answers import METHODS
from lr_core.grpc.door import Door
from lr_core.serving import Models
from lr_core.settings import Settings
from lr_core.store import Store, open_store
from tests.documents import publish
from tests.unit.grpc.calls import raw, request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from lr_core.store import Stored


class Slow(Store):
    """A store whose reads take until they are let go."""

    def __init__(self) -> None:
        plain = open_store("memory://")
        super().__init__(plain.url, plain._store, plain._lock)
        self.may_answer = threading.Event()
        self.n_asked = 0

    def get(self, key: str) -> Stored:
        self.n_asked += 1
        assert self.may_answer.wait(timeout=30)
        return super().get(key)


class Context:
    """What gRPC gives a call, as far as an answer takes it."""

    def set_trailing_metadata(self, metadata: Any) -> None:
        self.metadata = metadata

    async def read(self) -> Any:
        return EOF


def test_what_waits_for_the_store_keeps_nobody_waiting() -> None:
    store = Slow()
    store.may_answer.set()
    publish(store, "v1")
    store.may_answer.clear()
    n_asked = store.n_asked
    asked = messages.ModelReadyRequest(name="m").SerializeToString()

    async def both() -> Any:
        door, context = Door(Models(store, Settings())), Context()
        waiting = asyncio.create_task(door.call(METHODS["ModelReady"], asked, context))
        while store.n_asked == n_asked:  # noqa: ASYNC110  -- it is told by a thread
            await asyncio.sleep(0)
        await door.call(METHODS["ServerLive"], b"", Context())
        assert not waiting.done()
        store.may_answer.set()
        return messages.ModelReadyResponse.FromString(await waiting).ready, context.metadata

    assert asyncio.run(both()) == (True, (("lr-model-version", "v1"),))


def test_a_stream_reads_a_message_when_the_answer_before_it_is_taken() -> None:
    store = open_store("memory://")
    publish(store, "v1")
    tensor, data = raw([1.0], 1, 1)
    asked = request(tensor, model_name="m", raw_input_contents=[data]).SerializeToString()
    read = 0

    async def requests() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(10):
            read += 1
            yield asked

    async def stream() -> None:
        answers = Door(Models(store, Settings())).stream(requests(), Context())
        for taken in range(1, 11):
            answer = messages.ModelStreamInferResponse.FromString(await anext(answers))
            assert answer.infer_response.model_version == "v1"
            assert read == taken
        await answers.aclose()  # type: ignore[attr-defined]

    asyncio.run(stream())


def test_an_unexpected_error_is_said_of_one_message_and_the_stream_goes_on(caplog: Any) -> None:
    store = open_store("memory://")
    publish(store, "v1")
    models = Models(store, Settings())
    tensor, data = raw([1.0], 1, 1)
    asked = [
        request(tensor, model_name=name, id=name, raw_input_contents=[data]).SerializeToString()
        for name in ("m", "broken", "m")
    ]
    get = models.get

    def failing(model: str, version: str | None = None) -> Any:
        if model == "broken":
            raise RuntimeError("secret")
        return get(model, version)

    models.get = failing  # type: ignore[method-assign]

    async def requests() -> AsyncIterator[bytes]:
        for each in asked:
            yield each

    async def stream() -> list[Any]:
        answers = Door(models).stream(requests(), Context())
        return [messages.ModelStreamInferResponse.FromString(answer) async for answer in answers]

    answers = asyncio.run(stream())
    assert [answer.error_message for answer in answers] == ["", "Internal Server Error", ""]
    assert [answer.infer_response.id for answer in answers] == ["m", "broken", "m"]
    assert "secret" in caplog.text
