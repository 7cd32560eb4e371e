"""MinIO's notifications as events, by the rules of CloudEvents' adapter for Amazon S3 (cloudevents/adapters/aws-s3.md).

The adapter's second half of the id, `x-amz-id-2`, is the same for all records of one request on one MinIO; the record's
sequencer and the key's digest stand in its place.
"""

from __future__ import annotations

import logging
from hashlib import sha256
from urllib.parse import unquote_plus

import msgspec

from lr_core.errors import MalformedRequest
from lr_core.events.event import JSON, Event
from lr_core.events.types import S3 as S3_TYPE

__all__ = ["events"]

log = logging.getLogger(__name__)


class Bucket(msgspec.Struct, frozen=True):
    """The bucket of a record."""

    name: str


class Object(msgspec.Struct, frozen=True):
    """The object of a record; the key is escaped as in a form, so a space is a plus sign."""

    key: str
    sequencer: str = ""


class S3(msgspec.Struct, frozen=True):
    """What a record is about."""

    bucket: Bucket
    object: Object


class Record(msgspec.Struct, frozen=True, rename="camel"):
    """One thing that happened to an object."""

    event_name: str
    event_time: str
    s3: S3
    event_source: str = "minio:s3"
    aws_region: str = ""
    response_elements: dict[str, str] = {}


class Notification(msgspec.Struct, frozen=True):
    """What MinIO posts."""

    records: list[msgspec.Raw] = msgspec.field(name="Records")


def events(body: bytes) -> list[Event]:
    """Return an event for each record of a notification; a record that cannot be read is logged and passed over.

    Raises
    ------
    MalformedRequest
        The body is no notification.
    """
    try:
        found = msgspec.json.decode(body, type=Notification)
    except (ValueError, RecursionError) as error:
        raise MalformedRequest(f"the body is no notification of MinIO: {error}") from error
    return [event for record in found.records if (event := of_record(bytes(record)))]


def of_record(data: bytes) -> Event | None:
    """Return the event of a record, or None."""
    try:
        record = msgspec.json.decode(data, type=Record)
        key = unquote_plus(record.s3.object.key, errors="strict")
    except (ValueError, RecursionError) as error:
        log.warning("a record of a notification cannot be read and is passed over: %s", error)
        return None
    return Event(
        {
            "specversion": "1.0",
            "id": identity(record, key),
            "source": f"{record.event_source}.{record.aws_region}.{record.s3.bucket.name}",
            "type": f"{S3_TYPE}{record.event_name.removeprefix('s3:')}",
            "subject": key,
            "time": record.event_time,
            "datacontenttype": JSON,
        },
        msgspec.json.decode(data),
    )


def identity(record: Record, key: str) -> str:
    """Return what tells a record from all others of its bucket."""
    request = record.response_elements.get("x-amz-request-id", "")
    return f"{request}.{record.s3.object.sequencer}.{sha256(key.encode()).hexdigest()}"
