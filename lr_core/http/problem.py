"""The response that tells a client of an error."""

from __future__ import annotations

import logging

from lr_core.errors import LrError, MalformedRequest, SinkUnavailable, StoreUnavailable, Unauthenticated
from lr_core.http.message import Response, json_response
from lr_core.problem import document, problem

__all__ = ["HttpError", "to_response"]

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 1

log = logging.getLogger(__name__)


class HttpError(LrError):
    """A fault of HTTP itself, whose status says it all."""

    def __init__(self, status: int, title: str, detail: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(detail)
        self.status, self.title, self.headers = status, title, headers


def to_response(error: Exception) -> Response:
    """Return an error as a response of `application/problem+json`."""
    if isinstance(error, RecursionError):
        error = MalformedRequest("the body is nested too deeply to be read")
    if isinstance(error, HttpError):
        return respond(document("about:blank", error.title, error.status, str(error)), error.headers)
    if isinstance(error, StoreUnavailable | SinkUnavailable):
        log.warning("%s", error)
        return respond(problem(error), (("retry-after", str(RETRY_AFTER_S)),))
    if isinstance(error, Unauthenticated):
        return respond(problem(error), (("www-authenticate", "Bearer"),))
    return respond(problem(error), ())


def respond(body: dict[str, object], headers: tuple[tuple[str, str], ...]) -> Response:
    """Return a problem as a response with its status."""
    answer = json_response(body, int(str(body["status"])))
    return Response(answer.status, answer.body, MEDIA_TYPE, headers)
