"""The door of an ASGI server (ASGI 3.0, HTTP): one layer between the server and an answer."""

from __future__ import annotations

from asyncio import get_running_loop
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol

from lr_core.http.limits import check_length, too_large
from lr_core.http.message import NO_CONTENT, Request, Response
from lr_core.http.observed import Observed
from lr_core.http.routing import media_type
from lr_core.http.timing import timing_of
from lr_core.protocols.media import OF_LINES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from lr_core.http.lines import Stream
    from lr_core.http.observed import Running

__all__ = ["BROKEN", "Door", "Function", "described"]

BROKEN = "lr_sgd.broken"
"""ASGI extension: its member `break_off` ends a response without its last chunk."""

Scope = dict[str, Any]

THREADS = 64
"""How many requests may wait for the store at once, more than a pod is given (`knative/predict.yaml`)."""


class Function(Protocol):
    """What a door opens into."""

    def answer(self, request: Request) -> Response:
        """Answer a request, however long it takes."""
        ...

    def answer_now(self, request: Request) -> Response | None:
        """Answer a request at once, without waiting for anything, or return None."""
        ...

    def begin(self, request: Request) -> Stream | Response | None:
        """Begin to answer a request that claims to be of lines, before its body; None where that is read as a whole."""
        ...


class Door:
    """An ASGI application that hands requests to a function.

    What the function can answer at once it answers on the event loop, the rest in a thread.

    Parameters
    ----------
    max_body_bytes
        A longer body is 413.
    """

    def __init__(self, function: Function, max_body_bytes: int) -> None:
        self._function, self._max_body_bytes = Observed(function), max_body_bytes
        self._threads = ThreadPoolExecutor(THREADS)

    async def __call__(self, scope: Scope, receive: Callable[[], Awaitable[dict[str, Any]]], send: Any) -> None:
        """Answer a request, as ASGI has it."""
        if await self._streams(scope, receive, send):
            return
        try:
            request = await read(scope, receive, self._max_body_bytes)
        except Disconnected:
            return
        except Exception as error:  # noqa: BLE001  -- whatever is wrong with a request, its sender learns it
            head = request_of(scope, headers_of(scope), b"")
            await write(self._function.refuse(head, error), send, closes=True)
            return
        response = self._function.answer_now(request)
        if response is None:
            response = await get_running_loop().run_in_executor(self._threads, self._function.answer, request)
        await write(response, send)

    async def _streams(self, scope: Scope, receive: Callable[[], Awaitable[dict[str, Any]]], send: Any) -> bool:
        """Answer a request whose lines are answered while they come, and tell whether it is one."""
        request = request_of(scope, headers_of(scope), b"")
        if media_type(request) not in OF_LINES or scope["http_version"] == "1.0":
            return False  # a client of 1.0 would take any end for that of the whole
        begun = await get_running_loop().run_in_executor(self._threads, self._function.begin, request)
        if begun is None:
            return False
        response = begun if isinstance(begun, Response) else await exchanged(begun, scope, receive, send)
        if response is not None:
            # What is unread of the body is read and passed over, unless its client waits to be asked for it.
            await write(response, send, closes="expect" in request.headers)
        return True

    def at_once(self, scope: Scope, body: bytes) -> Response | None:
        """Answer a request that is there as a whole, or return None where that takes the long way."""
        if len(body) > self._max_body_bytes:
            return None
        return self._function.answer_now(request_of(scope, headers_of(scope), body))


async def exchanged(running: Running, scope: Scope, receive: Any, send: Any) -> Response | None:
    """Answer a request of lines while they come; where a fault is found before that begins, return its problem."""
    from lr_core.http.exchange import exchange  # noqa: PLC0415  -- only who sends lines pays for it

    with running.resumed():
        return running.ended(await exchange(running.stream, scope, receive, send))


class Disconnected(Exception):
    """The client left before its request was whole."""


async def read(scope: Scope, receive: Callable[[], Awaitable[dict[str, Any]]], max_body_bytes: int) -> Request:
    """Read a request, and no more of its body than is allowed."""
    headers = headers_of(scope)
    check_length(headers, max_body_bytes)
    return request_of(scope, headers, await read_body(receive, max_body_bytes))


def headers_of(scope: Scope) -> dict[str, str]:
    """Return the headers of a request."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def request_of(scope: Scope, headers: dict[str, str], body: bytes) -> Request:
    """Return a request as an answer takes it."""
    return Request(
        scope["method"], scope["path"], scope["query_string"].decode("latin-1"), headers, body, timing_of(headers)
    )


async def read_body(receive: Callable[[], Awaitable[dict[str, Any]]], max_body_bytes: int) -> bytes:
    """Return a body, which comes in pieces."""
    pieces: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > max_body_bytes:
            raise too_large(max_body_bytes)
        more = message.get("more_body", False)
    return b"".join(pieces)


async def write(response: Response, send: Any, *, closes: bool = False) -> None:
    """Send a response; one that leaves a body unread closes the connection."""
    headers = described(response)
    if closes:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


def described(response: Response) -> list[tuple[bytes, bytes]]:
    """Return the headers of a response."""
    headers = [(name.encode(), value.encode("latin-1")) for name, value in response.headers]
    if response.status == NO_CONTENT.status:  # which has no content (RFC 9110, section 8.6)
        return headers
    length = b"%d" % len(response.body)
    return [(b"content-type", response.content_type.encode()), (b"content-length", length), *headers]
