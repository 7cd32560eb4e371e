"""The door of an ASGI server (ASGI 3.0, HTTP): one layer between the server and an answer."""

from __future__ import annotations

from asyncio import get_running_loop
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol

from lr_core.access.caller import NotYetKnown
from lr_core.http.bodies import Bodies, Disconnected
from lr_core.http.limits import check_length
from lr_core.http.message import NO_CONTENT, Request, Response
from lr_core.http.observed import Observed
from lr_core.http.routing import media_type
from lr_core.http.timing import timing_of
from lr_core.protocols.media import OF_LINES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from lr_core.http.guard import Guard
    from lr_core.http.lines import Stream
    from lr_core.http.observed import Running

__all__ = ["ADMITTED", "BROKEN", "Door", "Function", "Server", "fields_of", "headers_of", "write"]

BROKEN = "lr_sgd.broken"
"""ASGI extension: its member `break_off` ends a response without its last chunk."""

ADMITTED = "lr_sgd.admitted"
"""In the scope of a request whose caller may ask: a request is asked about once, and counted once."""

Scope = dict[str, Any]
Server = tuple[str, int | None]

THREADS = 64
"""How many requests may wait for the store at once, more than a pod is given (`knative/predict.yaml`)."""


class Function(Protocol):
    """What a door opens into.

    Attributes
    ----------
    guard
        Whom to ask before a body is read; None where everybody may ask.
    """

    guard: Guard | None

    def start(self) -> None:
        """Begin what is to be ready for the first request."""
        ...

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
        self._guard, self._bodies = self._function.guard, Bodies(max_body_bytes)
        self._threads = ThreadPoolExecutor(THREADS)

    def start(self) -> None:
        """Begin what is to be ready for the first request; a server that forks does without."""
        self._function.start()

    async def __call__(self, scope: Scope, receive: Callable[[], Awaitable[dict[str, Any]]], send: Any) -> None:
        """Answer a request, as ASGI has it."""
        if self._guard and ADMITTED not in scope:
            refused = await self._refused(self._guard, request_of(scope), address_of(scope))
            if refused is not None:
                await write(refused, send, closes=has_body(scope))
                return
            scope[ADMITTED] = True
        if await self._streams(scope, receive, send):
            return
        request = request_of(scope)
        try:
            check_length(request.headers, self._max_body_bytes)
            body = await self._bodies.read(receive)
        except Disconnected:
            return
        except Exception as error:  # noqa: BLE001  -- whatever is wrong with a request, its sender learns it
            await write(self._function.refuse(request, error), send, closes=True)
            return
        try:
            response = await self._answer(request_of(scope, body))
        finally:
            self._bodies.release(body)
        await write(response, send)

    async def _answer(self, request: Request) -> Response:
        """Answer a request at once, or in a thread."""
        response = self._function.answer_now(request)
        if response is None:
            response = await get_running_loop().run_in_executor(self._threads, self._function.answer, request)
        return response

    async def _refused(self, guard: Guard, request: Request, address: str) -> Response | None:
        """Return the answer to who may not ask; None lets in."""
        try:
            return guard.refuse_now(request, address)
        except NotYetKnown:
            return await get_running_loop().run_in_executor(self._threads, guard.refuse, request, address)

    async def _streams(self, scope: Scope, receive: Callable[[], Awaitable[dict[str, Any]]], send: Any) -> bool:
        """Answer a request whose lines are answered while they come, and tell whether it is one."""
        request = request_of(scope)
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

    def at(self, _server: Server | None) -> Door:
        """Return what answers at an address of the server."""
        return self

    def at_once(self, request: Request, address: str) -> Response | bool:
        """Answer a request that is there as a whole, or tell whether its caller was let in, where that takes longer.

        Parameters
        ----------
        request
            Its caller is asked about here.
        address
            Where it comes from.
        """
        if len(request.body) > self._max_body_bytes:
            return False
        try:
            refused = self._guard and self._guard.refuse_now(request, address)
            return refused or self._function.answer_now(request) or True
        except NotYetKnown:
            return False
        except Exception as error:  # noqa: BLE001  -- a parser that calls would take it for a fault of the request
            return self._function.refuse(request, error)


async def exchanged(running: Running, scope: Scope, receive: Any, send: Any) -> Response | None:
    """Answer a request of lines while they come; where a fault is found before that begins, return its problem."""
    from lr_core.http.exchange import exchange  # noqa: PLC0415  -- only who sends lines pays for it

    with running.resumed():
        return running.ended(await exchange(running.stream, scope, receive, send))


def headers_of(fields: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers of a request."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in fields}


def request_of(scope: Scope, body: bytes = b"") -> Request:
    """Return a request as an answer takes it."""
    headers = headers_of(scope["headers"])
    query = scope["query_string"].decode("latin-1")
    return Request(scope["method"], scope["path"], query, headers, body, timing_of(headers), ADMITTED in scope)


def address_of(scope: Scope) -> str:
    """Return where a request comes from, as far as the server sees."""
    client = scope.get("client")
    return client[0] if client else ""


def has_body(scope: Scope) -> bool:
    """Tell whether a request announces a body (RFC 9112, section 6.3)."""
    return any(name in {b"content-length", b"transfer-encoding"} and value != b"0" for name, value in scope["headers"])


async def write(response: Response, send: Any, *, closes: bool = False) -> None:
    """Send a response; one that leaves a body unread closes the connection."""
    headers = [(name.encode(), value.encode("latin-1")) for name, value in fields_of(response)]
    if closes:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


def fields_of(response: Response) -> tuple[tuple[str, str], ...]:
    """Return the headers of a response."""
    if response.status == NO_CONTENT.status:  # which has no content (RFC 9110, section 8.6)
        return response.headers
    return ("content-type", response.content_type), ("content-length", str(len(response.body))), *response.headers
