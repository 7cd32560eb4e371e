"""Events as HTTP messages and back (CloudEvents 1.0, HTTP protocol binding), by the `cloudevents` library.

The library leaves the values of headers as they are; section 3.1.3.2 wants them percent-encoded, which is done here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import msgspec
from cloudevents.conversion import from_http, to_structured
from cloudevents.conversion import to_binary as to_headers
from cloudevents.exceptions import GenericException

from lr_core.errors import MalformedRequest
from lr_core.events.event import JSON, Event

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ANY", "STRUCTURED", "decode", "is_event", "to_binary", "to_json", "with_json"]

STRUCTURED = "application/cloudevents+json"
ANY = "application/cloudevents"
REQUIRED = ("id", "source", "type", "specversion")
NAME = re.compile("[a-z0-9]+", re.ASCII)
LONGEST = 2048
"""The most characters of an id and of a source: both are kept with every generation of an alias."""

AS_IT_IS = "".join(map(chr, range(0x21, 0x7F))).replace('"', "").replace("%", "")
"""Printable ASCII without space, quote and percent sign: what a header holds without being encoded."""


def is_event(headers: Mapping[str, str]) -> bool:
    """Tell whether a message claims to be an event, in whatever mode (sections 3.1 to 3.3)."""
    kind = headers.get("content-type", "").strip().lower()
    return kind.startswith(ANY) or any(f"ce-{name}" in headers for name in REQUIRED)


def decode(headers: Mapping[str, str], body: bytes) -> Event:
    """Read an event in binary or structured mode.

    Parameters
    ----------
    headers
        By name in lower case, values as Latin-1.

    Raises
    ------
    MalformedRequest
        It is none: an attribute is missing, or is not what an attribute may be.
    """
    plain = {name: decoded(value) if name.startswith("ce-") else value for name, value in headers.items()}
    try:
        if not any(f"ce-{name}" in plain for name in REQUIRED):
            msgspec.json.decode(body)  # stricter than the library: half a surrogate pair is no text
        event = from_http(Event, plain, body, data_unmarshaller=unmarshalled)
    except (GenericException, ValueError, TypeError, LookupError, RecursionError) as error:
        raise MalformedRequest(f"the CloudEvent cannot be read: {reason(error)}") from error
    event = replace(event, attributes={name: value for name, value in event.attributes.items() if value is not None})
    check(event)
    return event


def unmarshalled(data: str | bytes) -> Any:
    """Return the data of a structured event, which come as a text of JSON; other data are bytes, and stay so."""
    return msgspec.json.decode(data) if isinstance(data, str) and data else data


def reason(error: Exception) -> str:
    """Return why the library cannot read an event, without what it quotes of the body."""
    return str(error).partition("The following")[0].strip().rstrip(".")[:200]


def check(event: Event) -> None:
    """Check that the attributes are text, and that those are there that an event must have (core, section 3.1)."""
    empty = [name for name in REQUIRED if not event.get(name)]
    other = [name for name, value in event.attributes.items() if not isinstance(value, str | int | bool)]
    other += [name for name in (*REQUIRED, "subject") if not isinstance(event.get(name, ""), str)]
    if empty or other:
        raise MalformedRequest(
            f"the CloudEvent cannot be read: expected text as {', '.join(dict.fromkeys([*empty, *other]))}"
        )
    for name in ("id", "source"):
        if len(event[name]) > LONGEST or not event[name].isprintable():
            raise MalformedRequest(f"the CloudEvent's {name} is expected to be up to {LONGEST:,} printable characters")
    unfit = next((name for name in event.attributes if not NAME.fullmatch(name)), None)
    if unfit is not None:
        raise MalformedRequest(f"expected attributes named by lower-case letters and digits, found {unfit[:80]!r}")


def with_json(event: Event) -> Event:
    """Return an event whose data are read, if they are bytes that it says to be JSON.

    Raises
    ------
    MalformedRequest
        They are not.
    """
    if not isinstance(event.data, bytes) or not event.data or not is_json(event):
        return event
    try:
        return replace(event, data=msgspec.json.decode(event.data))
    except (ValueError, RecursionError) as error:
        raise MalformedRequest("the CloudEvent's data are not the JSON that they are said to be") from error


def is_json(event: Event) -> bool:
    """Tell whether an event says that its data are JSON, or says nothing, which means the same (JSON format, 3.1)."""
    kind = str(event.get("datacontenttype") or JSON).partition(";")[0].strip().lower()
    return kind == JSON or kind.endswith("+json")


def decoded(value: str) -> str:
    """Return the text that a header stands for; some senders do not encode it, so what is no UTF-8 stays."""
    try:
        return unquote(value.encode("latin-1").decode(), errors="strict")
    except UnicodeError:
        return value


def to_binary(event: Event) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body of an event in binary mode."""
    attributes = {
        name: quote(str(value), safe=AS_IT_IS) if name != "datacontenttype" else value
        for name, value in event.attributes.items()
    }
    text = isinstance(event.data, str) and not is_json(event)
    headers, body = to_headers(Event(attributes, event.data.encode() if text else event.data), data_marshaller=encode)
    return {name.lower(): value for name, value in headers.items()}, body or b""


def encode(data: object) -> bytes:
    """Return data as the body of a message."""
    return data if isinstance(data, bytes) else b"" if data is None else msgspec.json.encode(data)


def to_json(event: Event) -> bytes:
    """Return an event in structured mode, as JSON (CloudEvents 1.0, JSON event format)."""
    return to_structured(event)[1]
