"""What all answers made with a model share: how the model is found, and that they name its version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lr_core.http.message import json_response
from lr_core.telemetry.activity import CURRENT

if TYPE_CHECKING:
    from lr_core.http.message import Request, Response
    from lr_core.serving import Served

__all__ = ["Find", "json_answer", "loaded", "named"]


class Find(Protocol):
    """Returns what a model's alias serves, or one of its versions; raises why there is none."""

    def __call__(self, model: str, version: str | None = None, /) -> Served:
        """Find it."""
        ...


def loaded(request: Request, find: Find, model: str, version: str | None = None) -> Served:
    """Find what a request is to be answered with."""
    served = find(model, version)
    if (activity := CURRENT.get()) is not None:
        activity.model = model
    request.mark("load")
    return served


def json_answer(value: object, served: Served) -> Response:
    """Return a response with a value as JSON that was made with a model."""
    return json_response(value, headers=named(served))


def named(served: Served) -> tuple[tuple[str, str], ...]:
    """Return the header that names the version an answer was made with."""
    return (("lr-model-version", served.document.version),)
