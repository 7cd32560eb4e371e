"""A stream behind ASGI, message by message: what is asked for, what is held back, and how it ends."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from lr_core.http import backlog
from lr_core.http.asgi import BROKEN
from lr_core.http.exchange import BACKLOG, exchange
from lr_core.http.lines import PIECE_BYTES, Stream
from lr_core.model import LinearModel
from lr_core.protocols.lines.formats import FORMATS
from lr_core.protocols.lines.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lr_core.http.message import Response

MODEL = LinearModel(("bmi",), (2.0,), 0.0)
GONE = {"type": "http.disconnect"}


def body(text: bytes, *, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": text, "more_body": more}


class Client:
    """A client that sends messages, and reads when it is let to."""

    def __init__(self, messages: Iterable[dict[str, Any]], *, reads: bool = True) -> None:
        self.messages = list(messages)
        self.sent: list[dict[str, Any]] = []
        self.reads = asyncio.Event()
        self.broke = False
        if reads:
            self.reads.set()

    async def receive(self) -> dict[str, Any]:
        await asyncio.sleep(0)
        if not self.messages:
            await asyncio.Event().wait()
        return self.messages.pop(0)

    async def send(self, message: dict[str, Any]) -> None:
        await self.reads.wait()
        self.sent.append(message)

    def break_off(self) -> None:
        self.broke = True

    @property
    def text(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)

    @property
    def is_whole(self) -> bool:
        return bool(self.sent) and not self.sent[-1].get("more_body", False) and "body" in self.sent[-1]

    async def exchanged(self, kind: str = "text/csv") -> Response | None:
        form = FORMATS[kind]
        stream = Stream(Reader(MODEL, form.rows(MODEL.feature_names)), form, kind, (("lr-model-version", "v"),))
        scope = {"path": "/", "extensions": {BROKEN: {"break_off": self.break_off}}}
        return await exchange(stream, scope, self.receive, self.send)


async def until(condition: Any) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  -- what is waited for is said by nobody
            await asyncio.sleep(0)


def test_each_row_is_answered_before_the_next_one_comes() -> None:
    async def talk() -> None:
        client = Client([body(b"bmi\n1\n")])
        talking = asyncio.create_task(client.exchanged())
        await until(lambda: client.text == b"prediction\n2.0\n")
        assert client.sent[0]["headers"] == [(b"content-type", b"text/csv"), (b"lr-model-version", b"v")]
        talking.cancel()
        await asyncio.wait([talking])

    asyncio.run(talk())


@pytest.mark.parametrize(
    ("kind", "sent", "expected"),
    [
        ("text/csv", b"bmi\n", b"prediction\n"),
        ("application/jsonlines", b"", b""),
        ("application/x-ndjson", b"1\n2", b'{"prediction": 2.0}\n{"prediction": 4.0}\n'),
    ],
)
def test_the_end_of_the_rows_is_the_end_of_the_answer(kind: str, sent: bytes, expected: bytes) -> None:
    async def talk() -> None:
        client = Client([body(sent, more=False)])
        assert await client.exchanged(kind) is None
        assert (client.text, client.is_whole) == (expected, True)

    asyncio.run(talk())


def test_a_fault_before_the_answer_is_its_problem() -> None:
    async def talk() -> None:
        client = Client([body(b"bmi\n1\nx\n")])
        problem = await client.exchanged()
        assert problem is not None
        assert (problem.status, client.sent, client.broke) == (422, [], False)

    asyncio.run(talk())


def test_a_fault_behind_it_breaks_it_off_and_the_log_names_the_line_and_no_cell(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def talk() -> None:
        client = Client([body(b"bmi\n1\n"), *[body(b"")] * 20, body(b"secret\n", more=False)])
        assert await client.exchanged() is None
        assert (client.text, client.is_whole, client.broke) == (b"prediction\n2.0\n", False, True)

    asyncio.run(talk())
    assert [record.getMessage() for record in caplog.records] == ["a stream broke off: its line 3 cannot be predicted"]


def test_who_leaves_ends_it_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    async def talk() -> None:
        client = Client([body(b"bmi\n1\n"), *[body(b"")] * 20, GONE])
        assert await client.exchanged() is None
        assert (client.is_whole, client.broke) == (False, False)
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(talk())
    assert not caplog.records


def test_rows_wait_for_who_sends_all_before_it_reads_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "OWN_ROWS", 10)
    monkeypatch.setattr(backlog, "MOST_ROWS", 100)

    async def talk() -> None:
        messages = [body(b"bmi\n"), *[body(b"1\n" * 10)] * 30, body(b"", more=False)]
        client = Client(messages, reads=False)
        talking = asyncio.create_task(client.exchanged())
        await until(lambda: len(client.messages) == 21)  # ten times ten rows wait, and the eleventh piece has to
        for _ in range(100):
            await asyncio.sleep(0)
        assert len(client.messages) == 21
        client.reads.set()
        assert await talking is None
        assert (client.text.count(b"\n"), client.is_whole) == (301, True)

    asyncio.run(talk())


async def settled() -> int:
    """Wait until no more predictions come to wait, and return how many do."""
    for _ in range(1000):
        await asyncio.sleep(0)
    return BACKLOG.n_rows


def test_all_streams_together_hold_no_more_than_a_bound_and_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, n_rows in (("OWN_ROWS", 20), ("MOST_ROWS", 100), ("ALL_ROWS", 150)):
        monkeypatch.setattr(backlog, name, n_rows)

    async def talk() -> None:
        clients = [
            Client([body(b"bmi\n"), *[body(b"1\n" * 10)] * 30, body(b"", more=False)], reads=False) for _ in range(4)
        ]
        talking = [asyncio.create_task(client.exchanged()) for client in clients[:2]]
        held = await settled()
        assert 150 <= held <= 170, "the one that came to the bound last had begun a piece"
        talking += [asyncio.create_task(client.exchanged()) for client in clients[2:]]
        assert await settled() == held + 2 * 20, "as many of their own, and no more"
        n_unread = len(clients[1].messages)
        talking[0].cancel()
        await settled()
        assert len(clients[1].messages) < n_unread, "who left has made room for others"
        for client in clients[1:]:
            client.reads.set()
        assert await asyncio.gather(*talking[1:]) == [None] * 3
        assert [client.text.count(b"\n") for client in clients[1:]] == [301] * 3

    asyncio.run(talk())
    assert (BACKLOG.n_rows, BACKLOG.waiting) == (0, set())


def test_others_have_their_turn_while_a_large_piece_is_predicted() -> None:
    async def talk() -> None:
        client = Client([body(b"bmi\n" + b"1\n" * 500_000, more=False)])
        talking = asyncio.create_task(client.exchanged())
        turns = 0
        while not talking.done():
            await asyncio.sleep(0)
            turns += 1
        assert turns > 500_000 * 2 // PIECE_BYTES
        assert client.text.count(b"\n") == 500_001

    asyncio.run(talk())
