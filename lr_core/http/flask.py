"""The door of the stock functions-framework: from Flask's request to an answer and back, without importing Flask."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from lr_core.errors import MalformedRequest
from lr_core.http.limits import check_length, declared_length, too_large
from lr_core.http.message import Request, Response
from lr_core.http.problem import to_response
from lr_core.http.routing import media_type
from lr_core.http.timing import timing_of
from lr_core.protocols.media import OF_LINES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lr_core.http.asgi import Function
    from lr_core.http.lines import Stream

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
    try:
        head = head_of(request)
        if function.guard:
            refused = function.guard.refuse(head, request.remote_addr or "")
            if refused is not None:
                return written(refused)
            head = replace(head, is_admitted=True)
        begun = function.begin(head) if is_of_lines(request, head) else None
        if begun is not None and not isinstance(begun, Response):
            return streamed(begun, request, head)
        response = begun or function.answer(read(request, head, max_body_bytes))
    except ConnectionResetError:  # there is nobody left to read it
        response = to_response(MalformedRequest("the body broke off"), request.path)
    except Exception as error:  # noqa: BLE001  -- a body that is too large, or broke off
        response = to_response(error, request.path)
    return written(response)


def written(response: Response) -> Answer:
    """Return a response as Flask takes it."""
    return response.body, response.status, [("content-type", response.content_type), *response.headers]


def head_of(request: FlaskRequest) -> Request:
    """Return a request without its body."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Request(
        request.method,
        request.path,
        request.query_string.decode("latin-1"),
        headers,
        b"",
        timing_of(headers),
    )


def is_of_lines(request: FlaskRequest, head: Request) -> bool:
    """Tell whether a body claims to be of lines; a client of HTTP/1.0 would take any end of a stream for the whole."""
    return media_type(head) in OF_LINES and request.environ.get("SERVER_PROTOCOL") != "HTTP/1.0"


def streamed(begun: Stream, request: FlaskRequest, head: Request) -> Answer:
    """Answer a body of lines."""
    from lr_core.http.alternate import alternate  # noqa: PLC0415  -- only who sends lines pays for it

    request.max_content_length = None  # functions-framework has a limit of its own
    body = alternate(begun, request.stream.read, declared_length(head.headers))
    return body, 200, [("content-type", begun.content_type), *begun.headers]


def read(request: FlaskRequest, head: Request, max_body_bytes: int) -> Request:
    """Read a request's body, and no more of it than is allowed."""
    check_length(head.headers, max_body_bytes)
    body = request.stream.read(max_body_bytes + 1)
    if len(body) > max_body_bytes:
        raise too_large(max_body_bytes)
    return replace(head, body=body)
