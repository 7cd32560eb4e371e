"""Events as clients make them, by the `cloudevents` library and by hand."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from cloudevents.conversion import to_binary, to_structured
from cloudevents.http import CloudEvent

__all__ = ["CREATED", "PING", "REMOVED", "binary", "event", "ping", "structured"]

CREATED = "com.amazonaws.s3.ObjectCreated:Put"
REMOVED = "com.amazonaws.s3.ObjectRemoved:Delete"
PING = "dev.knative.sources.ping"
Message = tuple[dict[str, str], bytes]


def event(subject: str, kind: str = CREATED, identity: str | None = None, data: Any = None) -> CloudEvent:
    """Return an event about an object."""
    attributes = {
        "type": kind,
        "source": "minio:s3..linear-regression",
        "subject": subject,
        "id": identity or str(uuid4()),
        "datacontenttype": "application/json",
    }
    return CloudEvent(attributes, {"s3": {}} if data is None else data)


def ping(data: Any, identity: str | None = None) -> CloudEvent:
    """Return an event as a PingSource makes it."""
    attributes = {
        "type": PING,
        "source": "/apis/v1/namespaces/lr-sgd/pingsources/clock",
        "id": identity or str(uuid4()),
        "datacontenttype": "application/json",
    }
    return CloudEvent(attributes, data)


def binary(made: CloudEvent) -> Message:
    """Return an event in binary mode; the library leaves it to its user to encode the subject."""
    headers, body = to_binary(made)
    encoded = {
        name: quote(value, safe="/:+=.@*-_ ,") if name == "ce-subject" else value for name, value in headers.items()
    }
    return encoded, body if isinstance(body, bytes) else str(body).encode()


def structured(made: CloudEvent) -> Message:
    """Return an event in structured mode."""
    headers, body = to_structured(made)
    assert json.loads(body)["id"] == made["id"]
    return headers, body
