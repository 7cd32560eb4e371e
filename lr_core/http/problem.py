"""The response that tells a client of an error."""

from __future__ import annotations

import logging
from typing import Any

from lr_core.errors import (
    Forbidden,
    IssuerUnavailable,
    LrError,
    MalformedRequest,
    RateLimited,
    SinkUnavailable,
    StoreUnavailable,
    Unauthenticated,
)
from lr_core.http.message import Response, json_response
from lr_core.problem import document, problem

__all__ = ["HttpError", "to_response"]

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 1
CHALLENGE = 'Bearer realm="lr-sgd"'

V2 = "/v2"
V2_STATUSES = {422: 400}
"""The Open Inference Protocol has one status for what is wrong with a request."""

log = logging.getLogger(__name__)


class HttpError(LrError):
    """A fault of HTTP itself, whose status says it all."""

    def __init__(self, status: int, title: str, detail: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(detail)
        self.status, self.title, self.headers = status, title, headers


def to_response(error: Exception, path: str = "") -> Response:
    """Return an error as a response: `application/problem+json`, or on a route of V2 what that protocol says."""
    if isinstance(error, RecursionError):
        error = MalformedRequest("the body is nested too deeply to be read")
    if isinstance(error, HttpError):
        return respond(document("about:blank", error.title, error.status, str(error)), error.headers, path)
    if isinstance(error, StoreUnavailable | SinkUnavailable | IssuerUnavailable):
        log.warning("%s", error)
    return respond(problem(error), headers_of(error), path)


def headers_of(error: Exception) -> tuple[tuple[str, str], ...]:
    """Return what is said of an error beside its body: when to try again, or how to say who asks (RFC 6750)."""
    if isinstance(error, StoreUnavailable | SinkUnavailable | IssuerUnavailable):
        return (("retry-after", str(RETRY_AFTER_S)),)
    if isinstance(error, RateLimited):
        return (("retry-after", str(error.retry_after_s)),)
    if isinstance(error, Unauthenticated):
        return (("www-authenticate", CHALLENGE + (', error="invalid_token"' if error.is_wrong else "")),)
    if isinstance(error, Forbidden):
        return (("www-authenticate", f'{CHALLENGE}, error="insufficient_scope", scope="lr:{error.role}"'),)
    return ()


def respond(body: dict[str, Any], headers: tuple[tuple[str, str], ...], path: str) -> Response:
    """Return a problem as a response with its status."""
    if path == V2 or path.startswith(f"{V2}/"):
        return json_response({"error": sentence(body)}, V2_STATUSES.get(body["status"], body["status"]), headers)
    answer = json_response(body, body["status"])
    return Response(answer.status, answer.body, MEDIA_TYPE, headers)


def sentence(body: dict[str, Any]) -> str:
    """Return all that a problem says as one text, the faults of an input with their places."""
    faults = [f"{fault['pointer']}: {fault['detail']}".removeprefix(": ") for fault in body.get("errors", ())]
    return "; ".join(faults) or body.get("detail") or body["title"]
