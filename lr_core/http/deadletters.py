"""The deadletters function: an event that could not be handled in, an object in the bucket out."""

from __future__ import annotations

import binascii
import logging
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import msgspec

from lr_core.errors import MalformedRequest
from lr_core.events import binding
from lr_core.events.event import Event
from lr_core.http.message import NO_CONTENT
from lr_core.http.routed import Routed
from lr_core.repository.aliases import now
from lr_core.repository.letters import Letter, keep
from lr_core.telemetry.activity import noted_event
from lr_core.telemetry.metrics import DEAD_LETTERS

if TYPE_CHECKING:
    from lr_core.http.message import Request, Response
    from lr_core.store import Store

__all__ = ["DeadLetters"]

ERROR = "knativeerror"
DESTINATION, CODE, DATA = f"{ERROR}dest", f"{ERROR}code", f"{ERROR}data"
"""What Knative adds to an event that it gives up (eventing, pkg/kncloudevents/attributes/knative_error.go)."""

STATUS_DIGITS = 3

log = logging.getLogger(__name__)


class DeadLetters(Routed):
    """Answers the routes of deadletters.

    Parameters
    ----------
    store
        The bucket that keeps the letters.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        super().__init__({"/": {"POST": self._keep}}, openapi)

    def _keep(self, request: Request) -> Response:
        event = as_it_came(binding.decode(request.headers, request.body))
        noted_event(event.attributes)
        key = keep(self._store, letter(event))
        DEAD_LETTERS.add()
        log.warning("kept as %s: %s of %s", key, event["type"], event.get("subject", event["source"]))
        return NO_CONTENT


def as_it_came(event: Event) -> Event:
    """Return an event with its data as JSON, or as bytes where they are none: that may be what was wrong with it."""
    try:
        return binding.with_json(event)
    except MalformedRequest:
        return event


def letter(event: Event) -> Letter:
    """Return what is kept of an event: itself as it was, and apart from it what Knative added."""
    attributes = {name: value for name, value in event.attributes.items() if not name.startswith(ERROR)}
    error = {
        "destination": event.get(DESTINATION),
        "code": code(event.get(CODE)),
        "data": text(event.get(DATA)),
    }
    return Letter(at=now(), event=msgspec.json.decode(binding.to_json(Event(attributes, event.data))), error=error)


def code(value: Any) -> int | None:
    """Return the status that was answered, if any."""
    said = str(value)
    return int(said) if said.isascii() and said.isdigit() and len(said) <= STATUS_DIGITS else None


def text(value: Any) -> str | None:
    """Return what was answered: base64 of its first bytes, up to 1024 characters, so it may break off."""
    if value is None:
        return None
    said = str(value)
    try:
        return b64decode(said[: len(said) // 4 * 4], validate=True).decode(errors="replace")
    except (binascii.Error, ValueError):
        return said


def openapi() -> object:
    """Return the description of these routes."""
    from lr_core.http.openapi.deadletters import DEAD_LETTERS  # noqa: PLC0415  -- only who asks for it pays for it

    return DEAD_LETTERS
