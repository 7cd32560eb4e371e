"""The routes of deadletters as an OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.http.openapi.parts import HEALTH, METRICS, SELF, document, problem_responses
from lr_core.http.openapi.train import EVENT

if TYPE_CHECKING:
    from lr_core.http.openapi.parts import Json

__all__ = ["DEAD_LETTERS"]

KEEP: Json = {
    "post": {
        "operationId": "keep",
        "summary": "Keep an event that could not be handled, in binary or structured mode.",
        "requestBody": {"required": True, "content": {"application/cloudevents+json": {"schema": EVENT}}},
        "responses": {"204": {"description": "It is kept."}, **problem_responses(400, 413, 415, 503)},
    }
}

DEAD_LETTERS = document(
    "lr-sgd deadletters",
    "Keeps events that could not be handled as objects in the bucket.",
    {"/": KEEP, "/healthz": HEALTH, "/metrics": METRICS, "/openapi.json": SELF},
)
