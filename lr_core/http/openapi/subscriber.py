"""The routes of events as an OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.http.openapi.parts import HEALTH, SELF, document, responses
from lr_core.http.openapi.train import EVENT, NOTHING_NEW, PERHAPS_NAMED, SUMMARY, TRAINED

if TYPE_CHECKING:
    from lr_core.http.openapi.parts import Json

__all__ = ["SUBSCRIBER"]


def taking(operation: str) -> Json:
    """Return the operation that takes an event."""
    return {
        "post": {
            "operationId": operation,
            "summary": "Train the model that an event is about, in binary or structured mode.",
            "requestBody": {"required": True, "content": {"application/cloudevents+json": {"schema": EVENT}}},
            "responses": responses(SUMMARY, TRAINED, 400, 413, 415, 422, 503, headers=PERHAPS_NAMED) | NOTHING_NEW,
        }
    }


SUBSCRIBER = document(
    "lr-sgd events",
    "Trains linear models for events, and takes no other request.",
    {"/": taking("take"), "/train": taking("take_train"), "/healthz": HEALTH, "/openapi.json": SELF},
)
