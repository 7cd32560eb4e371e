"""The door of the stock functions-framework: from Flask's request to an answer and back, without importing Flask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from msgspec.structs import replace

from lr_core.errors import MalformedRequest
from lr_core.http.limits import check_length, declared_length, too_large
from lr_core.http.message import Request, Response
from lr_core.http.observed import Observed
from lr_core.http.problem import to_response
from lr_core.http.routing import media_type
from lr_core.http.timing import timing_of
from lr_core.protocols.media import OF_LINES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lr_core.http.asgi import Function
    from lr_core.http.observed import Running

    Answer = tuple[bytes | Iterator[bytes], int, list[tuple[str, str]]]

__all__ = ["answer"]


class FlaskRequest(Protocol):
    """What this door reads of a request."""

    method: str
    path: str
    query_string: bytes
    headers: Mapping[str, str]
    environ: Mapping[str, Any]
    stream: Any
    remote_addr: str | None
    max_content_length: int | None


def answer(function: Function, request: FlaskRequest, max_body_bytes: int) -> Answer:
    """Answer a request of functions-framework's `http` signature with what Flask makes a response of."""
    observed, head = Observed(function), head_of(request)
    if observed.guard:
        if (refusal := observed.guard.refuse(head, request.remote_addr or "")) is not None:
            return answered(refusal)
        head = replace(head, is_admitted=True)
    begun = observed.begin(head) if is_of_lines(request, head) else None
    if begun is not None and not isinstance(begun, Response):
        return streamed(begun, request, head)
    if begun is not None:
        return answered(begun)
    try:
        whole = read(request, head, max_body_bytes)
    except Exception as error:  # noqa: BLE001  -- a body that is too large, or broke off
        return answered(observed.refuse(head, error))
    return answered(observed.answer(whole))


def answered(response: Response) -> Answer:
    """Return what Flask makes a response of."""
    return response.body, response.status, [("content-type", response.content_type), *response.headers]


def head_of(request: FlaskRequest) -> Request:
    """Return a request without its body."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Request(
        request.method, request.path, request.query_string.decode("latin-1"), headers, b"", timing_of(headers)
    )


def is_of_lines(request: FlaskRequest, head: Request) -> bool:
    """Tell whether a body claims to be of lines; a client of HTTP/1.0 would take any end of a stream for the whole."""
    return media_type(head) in OF_LINES and request.environ.get("SERVER_PROTOCOL") != "HTTP/1.0"


def streamed(running: Running, request: FlaskRequest, head: Request) -> Answer:
    """Answer a body of lines."""
    from lr_core.http.alternate import alternate  # noqa: PLC0415  -- only who sends lines pays for it

    request.max_content_length = None  # functions-framework has a limit of its own
    stream = running.stream
    try:
        with running.resumed():
            body = alternate(stream, request.stream.read, declared_length(head.headers))
    except ConnectionResetError:  # there is nobody left to read it
        return refused(running, MalformedRequest("the body broke off"), request.path)
    except Exception as error:  # noqa: BLE001  -- with the faults of what was read
        return refused(running, error, request.path)
    return told(running, body), 200, [("content-type", stream.content_type), *stream.headers]


def refused(running: Running, error: Exception, path: str) -> Answer:
    """Answer a stream that ends before its answer has begun."""
    response = to_response(error, path)
    return answered(running.ended(response) or response)


def told(running: Running, body: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the body of a stream's response, and count it when it has ended, however that was."""
    try:
        with running.resumed():
            yield from body
    finally:
        running.ended()


def read(request: FlaskRequest, head: Request, max_body_bytes: int) -> Request:
    """Read a request's body, and no more of it than is allowed."""
    check_length(head.headers, max_body_bytes)
    body = request.stream.read(max_body_bytes + 1)
    if len(body) > max_body_bytes:
        raise too_large(max_body_bytes)
    return replace(head, body=body)
