"""The door of the stock functions-framework: from Flask's request to an answer and back, without importing Flask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from lr_core.http.limits import check_length, too_large
from lr_core.http.message import Request
from lr_core.http.problem import to_response
from lr_core.http.timing import timing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lr_core.http.message import Response

__all__ = ["answer"]


class FlaskRequest(Protocol):
    """What this door reads of a request."""

    method: str
    path: str
    query_string: bytes
    headers: Mapping[str, str]
    stream: Any


def answer(
    function: Callable[[Request], Response], request: FlaskRequest, max_body_bytes: int
) -> tuple[bytes, int, list[tuple[str, str]]]:
    """Answer a request of functions-framework's `http` signature with what Flask makes a response of."""
    try:
        response = function(read(request, max_body_bytes))
    except Exception as error:  # noqa: BLE001  -- a body that is too large, or broke off
        response = to_response(error, request.path)
    return response.body, response.status, [("content-type", response.content_type), *response.headers]


def read(request: FlaskRequest, max_body_bytes: int) -> Request:
    """Read a request, and no more of its body than is allowed."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    check_length(headers, max_body_bytes)
    body = request.stream.read(max_body_bytes + 1)
    if len(body) > max_body_bytes:
        raise too_large(max_body_bytes)
    return Request(
        request.method, request.path, request.query_string.decode("latin-1"), headers, body, timing_of(headers)
    )
