"""The deadletters function: an event that could not be handled in, an object in the bucket out."""

from __future__ import annotations

import binascii
import logging
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import msgspec

from lr_core.events import binding
from lr_core.events.event import Event
from lr_core.http.event import read_event
from lr_core.http.message import Response, json_response
from lr_core.http.problem import to_response
from lr_core.http.routing import choose
from lr_core.repository.aliases import now
from lr_core.repository.letters import Letter, keep

if TYPE_CHECKING:
    from collections.abc import Callable

    from lr_core.http.message import Request
    from lr_core.store import Store

__all__ = ["DeadLetters"]

ERROR = "knativeerror"
DESTINATION, CODE, DATA = f"{ERROR}dest", f"{ERROR}code", f"{ERROR}data"
"""What Knative adds to an event that it gives up (eventing, pkg/kncloudevents/attributes/knative_error.go)."""

STATUS_DIGITS = 3

log = logging.getLogger(__name__)


class DeadLetters:
    """Answers the routes of deadletters.

    Parameters
    ----------
    store
        The bucket that keeps the letters.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._routes: dict[str, dict[str, Callable[[Request], Response]]] = {
            "/": {"POST": self._keep},
            "/healthz": {"GET": lambda _request: json_response({"status": "ok"})},
        }

    def answer(self, request: Request) -> Response:
        """Answer a request, which takes as long as the store."""
        try:
            return choose(self._routes, request.path, request.method)(request)
        except Exception as error:  # noqa: BLE001  -- no fault of ours or of a body's gets out but as a problem
            return to_response(error)

    def answer_now(self, request: Request) -> Response | None:
        """Answer what needs nothing at once, or return None."""
        return self.answer(request) if request.path == "/healthz" else None

    def _keep(self, request: Request) -> Response:
        event = read_event(request)
        key = keep(self._store, letter(event))
        log.warning("kept as %s: %s of %s", key, event["type"], event.get("subject", event["source"]))
        return Response(204, b"")


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
