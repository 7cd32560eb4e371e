"""What is being done just now, for those who tell of it: logs, and what is sent on its behalf."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

from lr_core.telemetry.trace import trace_context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lr_core.telemetry.trace import TraceContext

__all__ = ["CURRENT", "REQUEST_ID", "Activity", "event_trace", "noted_event", "onward_headers"]

REQUEST_ID = "x-request-id"
ID_CHARACTERS = 200


class Activity:
    """A request that is being answered.

    Attributes
    ----------
    model, n_rows
        The model that it is answered with, and the rows that were predicted; None and 0 so far.
    event
        The attributes of the event that it carries, if any.
    """

    __slots__ = ("_headers", "_request_id", "event", "model", "n_rows")

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self._request_id: str | None = None
        self.model: str | None = None
        self.n_rows = 0
        self.event: Mapping[str, object] | None = None

    @property
    def said_id(self) -> str:
        """What the client calls the request; empty where it gave it no name."""
        said = self._headers.get(REQUEST_ID, "")[:ID_CHARACTERS]
        return said if said.isprintable() else ""

    @property
    def request_id(self) -> str:
        """The same, or a name that nobody else has."""
        if self._request_id is None:
            self._request_id = self.said_id or unique()
        return self._request_id

    @property
    def trace(self) -> TraceContext | None:
        """Where the request stands in its trace; where it does not say, its event may."""
        return trace_context(self._headers) or (trace_context(self.event) if self.event else None)

    @property
    def event_trace(self) -> TraceContext | None:
        """Where its event began, or the request that carries none.

        What delivers an event says a span of its own each time, and the same event is to be answered by the same bytes.
        """
        return trace_context(self._headers if self.event is None else self.event)


def unique() -> str:
    """Return a name that nothing else has."""
    from uuid import uuid4  # noqa: PLC0415  -- only a request without a name that is told of pays for it

    return str(uuid4())


CURRENT: ContextVar[Activity | None] = ContextVar("activity", default=None)


def noted_event(attributes: Mapping[str, object]) -> None:
    """Say which event the request that is being answered carries."""
    activity = CURRENT.get()
    if activity is not None:
        activity.event = attributes


def event_trace() -> dict[str, str]:
    """Return the attributes of an event that comes of what is being done (CloudEvents, distributed tracing)."""
    activity = CURRENT.get()
    trace = activity.event_trace if activity else None
    return trace.headers() if trace else {}


def onward_headers() -> dict[str, str]:
    """Return the headers of a request that is made on behalf of what is being done."""
    activity = CURRENT.get()
    if activity is None:
        return {}
    trace = activity.trace
    named = {REQUEST_ID: activity.said_id} if activity.said_id else {}
    return named | (trace.headers() if trace else {})
