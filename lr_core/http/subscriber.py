"""The events function: what a trigger delivers to. It takes events and nothing else.

A broker carries no credential, so this door stands open where the broker can reach it, and nobody else from outside.
What an event can do is little: it lets a model be trained as it is trained already, on what the bucket has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.events.binding import is_event
from lr_core.http.event import read_event
from lr_core.http.problem import HttpError
from lr_core.http.routed import Routed

if TYPE_CHECKING:
    from lr_core.http.event import Events
    from lr_core.http.message import Request, Response

__all__ = ["Subscriber"]


class Subscriber(Routed):
    """Answers events, at the paths where train takes them, too.

    Parameters
    ----------
    events
        What answers them.
    """

    def __init__(self, events: Events) -> None:
        self._events = events
        super().__init__({"/": {"POST": self._take}, "/train": {"POST": self._take}}, openapi)

    def _take(self, request: Request) -> Response:
        if not is_event(request.headers):
            raise HttpError(415, "Unsupported Media Type", "expected a CloudEvent, and no other request, at this door")
        return self._events.answer(read_event(request))


def openapi() -> object:
    """Return the description of these routes."""
    from lr_core.http.openapi.subscriber import SUBSCRIBER  # noqa: PLC0415  -- only who asks for it pays for it

    return SUBSCRIBER
