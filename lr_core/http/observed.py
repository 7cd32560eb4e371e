"""The one place where requests are counted and told of: around a function, whatever the door."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

from msgspec import structs

from lr_core.http.message import Response
from lr_core.http.problem import to_response
from lr_core.http.templates import PROBES, route_of
from lr_core.telemetry.activity import CURRENT, REQUEST_ID, Activity
from lr_core.telemetry.metrics import BATCHES, BROKEN_STREAMS, MODELS, PREDICTIONS, REQUESTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextvars import Token

    from lr_core.http.asgi import Function
    from lr_core.http.guard import Guard
    from lr_core.http.lines import Stream
    from lr_core.http.message import Request

__all__ = ["Observed", "Running"]

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
OTHER_METHOD = "other"
SERVER_ERROR = 500

log = logging.getLogger(__name__)


class Running:
    """A stream that is being answered, whose predictions are counted while they are made.

    Attributes
    ----------
    stream
        The stream, with this in the place of its reader.
    """

    def __init__(self, stream: Stream, request: Request, activity: Activity) -> None:
        self._reader, self._request, self._activity = stream.reader, request, activity
        self._is_whole = False
        self.stream = replace(stream, reader=self)

    def feed(self, piece: bytes, /) -> list[float]:
        """Return the predictions of the rows that have ended with a piece."""
        predictions = self._reader.feed(piece)
        self._activity.n_rows += len(predictions)
        return predictions

    def end(self) -> list[float]:
        """Return the predictions of what is left."""
        predictions = self._reader.end()
        self._activity.n_rows += len(predictions)
        self._is_whole = True
        return predictions

    @contextmanager
    def resumed(self) -> Iterator[None]:
        """Go on with it in this context, to its end."""
        token = CURRENT.set(self._activity)
        try:
            yield
        finally:
            CURRENT.reset(token)

    def ended(self, response: Response | None = None) -> Response | None:
        """Count and log it when it has ended, by what was answered in its place where it had not begun."""
        if response is not None:
            return seen(self._request, self._activity, response)
        if not self._is_whole:
            BROKEN_STREAMS.add()
        noted(self._request, self._activity, 200)
        return None


class Observed:
    """A function whose answers are counted, timed and, if the log is to have them, logged.

    It is outside of all that may answer, so that nothing is answered unseen.
    """

    def __init__(self, function: Function) -> None:
        self._function = function
        self.guard: Guard | None = Watched(function.guard) if function.guard else None
        self.start = function.start

    def answer(self, request: Request) -> Response:
        """Answer a request, however long it takes."""
        activity, token = begun(request)
        try:
            return seen(request, activity, self._function.answer(request))
        finally:
            CURRENT.reset(token)

    def answer_now(self, request: Request) -> Response | None:
        """Answer a request at once, or return None."""
        activity, token = begun(request)
        try:
            response = self._function.answer_now(request)
            return None if response is None else seen(request, activity, response)
        finally:
            CURRENT.reset(token)

    def begin(self, request: Request) -> Running | Response | None:
        """Begin to answer a request of lines; None where its body is read as a whole."""
        activity, token = begun(request)
        try:
            found = self._function.begin(request)
            if found is None or isinstance(found, Response):
                return found and seen(request, activity, found)
            return Running(found, request, activity)
        finally:
            CURRENT.reset(token)

    def refuse(self, request: Request, error: Exception) -> Response:
        """Answer a request that could not be read."""
        activity, token = begun(request)
        try:
            return seen(request, activity, to_response(error, request.path))
        finally:
            CURRENT.reset(token)


class Watched:
    """A guard whose refusals are counted and told of as other answers are."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def refuse(self, request: Request, address: str) -> Response | None:
        """Return the answer to who may not ask; None lets in."""
        return told(request, self._guard.refuse(request, address))

    def refuse_now(self, request: Request, address: str) -> Response | None:
        """Return the same at once, or raise `NotYetKnown`."""
        return told(request, self._guard.refuse_now(request, address))


def told(request: Request, refused: Response | None) -> Response | None:
    """Count and log a refusal, if it is one."""
    if refused is None:
        return None
    activity, token = begun(request)
    try:
        return seen(request, activity, refused)
    finally:
        CURRENT.reset(token)


def begun(request: Request) -> tuple[Activity, Token[Activity | None]]:
    """Say that a request is what is being done."""
    activity = Activity(request.headers)
    return activity, CURRENT.set(activity)


def seen(request: Request, activity: Activity, response: Response) -> Response:
    """Count and log an answer, and return it with the request's name where that may be asked for."""
    noted(request, activity, response.status)
    is_named = activity.said_id and activity.event is None  # the same event is answered by the same bytes
    if not is_named and response.status < SERVER_ERROR:
        return response
    return structs.replace(response, headers=(*response.headers, (REQUEST_ID, activity.request_id)))


def noted(request: Request, activity: Activity, status: int) -> None:
    """Count and log a request that has been answered."""
    took_s = perf_counter() - request.began_s
    route = route_of(request.path)
    method = request.method if request.method in METHODS else OTHER_METHOD
    REQUESTS.observe(took_s, (route, method, status))
    if activity.n_rows:
        BATCHES.observe(activity.n_rows)
        if activity.model is not None:
            PREDICTIONS.add((MODELS.of(activity.model),), activity.n_rows)
    level = logging.WARNING if status >= SERVER_ERROR else logging.DEBUG if route in PROBES else logging.INFO
    if log.isEnabledFor(level):
        fields = {"method": method, "route": route, "status": status, "duration_s": round(took_s, 6)}
        if activity.model is not None:
            fields |= {"model": activity.model, "rows": activity.n_rows}
        log.log(level, "answered", extra={"fields": fields})
