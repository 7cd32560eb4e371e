"""A function that answers by its routes, and says of itself that it lives and what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.http.measured import METRICS, measured
from lr_core.http.message import json_response
from lr_core.http.problem import to_response
from lr_core.http.routing import choose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lr_core.http.guard import Guard
    from lr_core.http.message import Request, Response

__all__ = ["Methods", "Routed"]

Methods = dict[str, "Callable[[Request], Response]"]

HEALTH, DESCRIPTION = "/healthz", "/openapi.json"


class Routed:
    """Answers requests.

    Parameters
    ----------
    routes
        What answers, by path and method.
    description
        Returns the OpenAPI document of these routes; called by who asks for it, and by nobody else.
    """

    guard: Guard | None = None

    def __init__(self, routes: Mapping[str, Methods], description: Callable[[], object]) -> None:
        self._routes: dict[str, Methods] = {
            **routes,
            HEALTH: {"GET": lambda _request: json_response({"status": "ok"})},
            DESCRIPTION: {"GET": lambda _request: json_response(description())},
            METRICS: {"GET": measured},
        }

    def start(self) -> None:
        """Begin nothing."""

    def answer(self, request: Request) -> Response:
        """Answer a request, however long it takes."""
        try:
            return choose(self._routes.get(request.path), request)(request)
        except Exception as error:  # noqa: BLE001  -- no fault of ours or of a body's gets out but as a problem
            return to_response(error)

    def answer_now(self, request: Request) -> Response | None:
        """Answer what waits for nothing at once, or return None."""
        return self.answer(request) if request.path in {HEALTH, DESCRIPTION} else None

    def begin(self, _request: Request) -> None:
        """Begin nothing: all bodies are read as a whole."""
