"""The notify function: a notification of MinIO in, an event for each of its records out.

MinIO keeps its notifications in a queue and sends the first again, before all others, until it is answered 2xx. So
only what may work later is refused here; what never will is logged and taken.
"""

from __future__ import annotations

import hmac
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from lr_core.errors import LrError, MalformedRequest, SinkUnavailable, StoreUnavailable, Unauthenticated
from lr_core.events import binding
from lr_core.events.notification import events
from lr_core.http.message import NO_CONTENT
from lr_core.http.routed import Routed
from lr_core.problem import loggable
from lr_core.sink import Sink
from lr_core.telemetry.activity import event_trace
from lr_core.telemetry.metrics import NOTIFIED

if TYPE_CHECKING:
    from collections.abc import Callable

    from lr_core.events.event import Event
    from lr_core.http.message import Request, Response
    from lr_core.settings import Settings

__all__ = ["Notify"]

TAKEN, PASSED_OVER = ("taken",), ("passed_over",)
LATER = (SinkUnavailable, StoreUnavailable)

log = logging.getLogger(__name__)


class Notify(Routed):
    """Answers the routes of notify.

    Parameters
    ----------
    settings
        `sink` is where events go; `notify_token` what MinIO has to say.
    in_place
        What takes an event where there is no sink: train itself, on a laptop.
    """

    def __init__(self, settings: Settings, in_place: Callable[[Event], object]) -> None:
        self._token = settings.notify_token
        self._take = sent_to(Sink(settings.sink)) if settings.sink else in_place
        super().__init__({"/notifications": {"POST": self._notified}}, openapi)

    def _notified(self, request: Request) -> Response:
        self._authenticate(request)
        try:
            found = events(request.body)
        except MalformedRequest as error:
            log.warning("passed over: %s", error)
            return NO_CONTENT
        for event in found:
            self._hand_over(event)
        return NO_CONTENT

    def _hand_over(self, event: Event) -> None:
        """Give an event to who takes it.

        Raises
        ------
        SinkUnavailable, StoreUnavailable
            It may be taken later.
        """
        try:
            self._take(event)
        except LATER:
            raise
        except LrError as error:
            NOTIFIED.add(PASSED_OVER)
            log.warning("passed over: %s of %s: %s", event["type"], event["subject"], loggable(error))
        else:
            NOTIFIED.add(TAKEN)
            log.info("taken: %s of %s", event["type"], event["subject"])

    def _authenticate(self, request: Request) -> None:
        """Check that the caller says the token, in constant time (RFC 6750)."""
        if self._token is None:
            return
        said = request.headers.get("authorization", "").encode("latin-1", "replace")
        if not hmac.compare_digest(said, f"Bearer {self._token}".encode()):
            raise Unauthenticated("expected the token of notifications: authorization: Bearer ...", is_wrong=bool(said))


def sent_to(sink: Sink) -> Callable[[Event], None]:
    """Return what posts an event to a sink."""

    def send(event: Event) -> None:
        traced = replace(event, attributes={**event.attributes, **event_trace()})
        sink.send(*binding.to_binary(traced))

    return send


def openapi() -> object:
    """Return the description of these routes."""
    from lr_core.http.openapi.notify import NOTIFY  # noqa: PLC0415  -- only who asks for it pays for it

    return NOTIFY
