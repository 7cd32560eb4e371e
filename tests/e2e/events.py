"""Events as another program makes them: by the specification, without this project's library."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

__all__ = ["OWN_SOURCE", "Event", "created"]

OWN_SOURCE = "/e2e/"
"""What the source of every event of these tests begins with."""

Message = tuple[dict[str, str], bytes]


@dataclass(frozen=True)
class Event:
    """A CloudEvent with data that are JSON."""

    type: str
    subject: str
    data: Any
    source: str = f"{OWN_SOURCE}tests"
    id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def cause(self) -> dict[str, str]:
        """What an alias says of who moved it."""
        return {"source": self.source, "id": self.id}

    def binary(self) -> Message:
        """Return headers and body in binary mode (CloudEvents 1.0, HTTP protocol binding, sections 3.1 and 3.1.3.2)."""
        named = {"type": self.type, "subject": self.subject, "source": self.source, "id": self.id}
        headers = {f"ce-{name}": quote(value, safe="/:+") for name, value in named.items()}
        content_type = {"content-type": "application/json"}
        return {"ce-specversion": "1.0", **headers, **content_type}, json.dumps(self.data).encode()

    def structured(self) -> Message:
        """Return headers and body in structured mode (section 3.2)."""
        event = {"specversion": "1.0", "datacontenttype": "application/json", **self.__dict__}
        return {"content-type": "application/cloudevents+json"}, json.dumps(event).encode()


def created(key: str) -> Event:
    """Return an event that says that an object was put."""
    return Event("com.amazonaws.s3.ObjectCreated:Put", key, {"s3": {}})
