"""A stream behind an ASGI server: what has come is predicted while what was predicted is written."""

from __future__ import annotations

from array import array
from asyncio import Event, TaskGroup, sleep, timeout
from typing import TYPE_CHECKING, Any

from lr_core.http.asgi import BROKEN
from lr_core.http.backlog import Backlog, Share
from lr_core.http.bodies import too_slow
from lr_core.http.lines import PIECE_BYTES, SLICE_ROWS, told
from lr_core.http.problem import to_response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from lr_core.http.lines import Stream
    from lr_core.http.message import Response

__all__ = ["exchange"]

BACKLOG = Backlog()

SILENCE_S = 60.0
"""How long a client may send nothing of a stream that has not ended."""


async def exchange(
    stream: Stream, scope: dict[str, Any], receive: Callable[[], Awaitable[dict[str, Any]]], send: Any
) -> Response | None:
    """Answer a request while it comes; where a fault is found before the response has begun, return its problem."""
    both = Exchange(stream, receive, send)
    fault = await both.run()
    if fault is None:
        return None
    if not both.has_begun:
        return to_response(fault, scope["path"])
    told(fault)
    if extension := scope.get("extensions", {}).get(BROKEN):
        extension["break_off"]()
    return None


class Exchange:
    """One request and its response, both on their way.

    Parameters
    ----------
    stream
        What answers.
    receive, send
        As ASGI has them: the one waits for the client to send, the other for it to read.
    """

    def __init__(self, stream: Stream, receive: Callable[[], Awaitable[dict[str, Any]]], send: Any) -> None:
        self._stream, self._receive, self._send = stream, receive, send
        self._backlog = array("d")
        self._share = Share(BACKLOG)
        self._has_more = Event()
        self._is_whole = False
        self.has_begun = False

    async def run(self) -> Exception | None:
        """Exchange all, and return what was wrong with a row, None for nothing; a client that leaves ends it."""
        fault: Exception | None = None
        try:
            async with TaskGroup() as both:
                writing = both.create_task(self._write())
                if not await self._read():
                    writing.cancel()
        except* Exception as found:  # noqa: BLE001  -- whatever it is, the client is told, or the log
            fault = found.exceptions[0]
        finally:
            self._share.give(self._share.n_rows)
        return fault

    async def _read(self) -> bool:
        """Predict what comes, and tell whether all came."""
        reader, more = self._stream.reader, True
        while more:
            message = await self._next()
            if message["type"] == "http.disconnect":
                return False
            for piece in pieces(message.get("body", b"")):
                await self._put(reader.feed(piece))
            more = message.get("more_body", False)
        await self._put(reader.end())
        self._is_whole = True
        self._has_more.set()
        return True

    async def _next(self) -> dict[str, Any]:
        """Wait for what comes next, but not for ever."""
        try:
            async with timeout(SILENCE_S):
                return await self._receive()
        except TimeoutError:
            raise too_slow() from None

    async def _put(self, predictions: list[float]) -> None:
        """Let predictions wait to be written, and others have their turn; wait where too many do."""
        self._backlog.extend(predictions)
        self._share.take(len(predictions))
        if predictions:
            self._has_more.set()
        await sleep(0)
        await self._share.room()

    async def _write(self) -> None:
        """Write what waits, from the first predictions, or the end, on."""
        await self._has_more.wait()
        headers = [("content-type", self._stream.content_type), *self._stream.headers]
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers]
        await self._send({"type": "http.response.start", "status": 200, "headers": encoded})
        self.has_begun = True
        await self._say(self._stream.form.head)
        while self._backlog or not self._is_whole:
            await self._write_backlog()
            if not (self._backlog or self._is_whole):
                self._has_more.clear()
                await self._has_more.wait()
        await self._send({"type": "http.response.body", "body": b""})

    async def _write_backlog(self) -> None:
        """Write the predictions that wait now, some at a time, so that others have their turn."""
        backlog, self._backlog = self._backlog, array("d")
        for start in range(0, len(backlog), SLICE_ROWS):
            predictions = backlog[start : start + SLICE_ROWS].tolist()
            await self._say(self._stream.form.encode(predictions))
            self._share.give(len(predictions))
            await sleep(0)

    async def _say(self, body: bytes) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": True})


def pieces(body: bytes) -> Iterator[bytes]:
    """Yield a body in pieces that take a moment each."""
    for start in range(0, len(body), PIECE_BYTES):
        yield body[start : start + PIECE_BYTES]
