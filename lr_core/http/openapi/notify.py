"""The routes of notify as an OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.http.openapi.parts import HEALTH, METRICS, SELF, body, document, problem_responses

if TYPE_CHECKING:
    from lr_core.http.openapi.parts import Json

__all__ = ["NOTIFY"]

EXAMPLE: Json = {
    "EventName": "s3:ObjectCreated:Put",
    "Key": "linear-regression/data/default/a.csv",
    "Records": [
        {
            "eventSource": "minio:s3",
            "awsRegion": "",
            "eventTime": "2026-01-31T12:00:00.000Z",
            "eventName": "s3:ObjectCreated:Put",
            "responseElements": {"x-amz-request-id": "188F2A3C4B5D6E7F"},
            "s3": {
                "bucket": {"name": "linear-regression"},
                "object": {"key": "data%2Fdefault%2Fa.csv", "sequencer": "188F2A3C4B7A1B2C"},
            },
        }
    ],
}
NOTIFICATIONS: Json = {
    "post": {
        "operationId": "notifications",
        "summary": "Take a notification of MinIO: each record becomes an event for K_SINK, without one a training.",
        "requestBody": body({}, EXAMPLE, required=False),
        "security": [{}, {"notifyToken": []}],
        "responses": {
            "204": {"description": "Taken, or logged and passed over because it never can be."},
            **problem_responses(401, 413, 503),
        },
    }
}

NOTIFY = document(
    "lr-sgd notify",
    "Turns notifications of MinIO into CloudEvents.",
    {"/notifications": NOTIFICATIONS, "/healthz": HEALTH, "/metrics": METRICS, "/openapi.json": SELF},
)
