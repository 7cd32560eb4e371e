"""What an event asks a training to look at. It is a hint: the listing of the bucket is the truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lr_core.errors import InvalidInput, UnknownEventType
from lr_core.events.types import CREATED, PING, REMOVED
from lr_core.names import NAME_RULE, is_name
from lr_core.repository.keys import model_of

if TYPE_CHECKING:
    from lr_core.events.event import Event

__all__ = ["ALL", "Ping", "TableHint", "hint"]

ALL = "*"
"""The name that stands for every model."""


@dataclass(frozen=True, slots=True)
class TableHint:
    """A table came, changed or went."""

    model: str
    key: str


@dataclass(frozen=True, slots=True)
class Ping:
    """It is time to look at a model, or at `ALL`."""

    model: str


def hint(event: Event, default: str) -> TableHint | Ping | None:
    """Return what an event asks for; None where it is about an object that is no table.

    Parameters
    ----------
    default
        The model of a ping that names none.

    Raises
    ------
    UnknownEventType
        Nothing is known to do for such an event.
    InvalidInput
        It does not say which table, or names no model.
    """
    if event["type"] == PING:
        return Ping(pinged(event.data, default))
    if event["type"].startswith((CREATED, REMOVED)):
        return table(event)
    raise UnknownEventType.at("/type", f"expected {CREATED}*, {REMOVED}* or {PING}, found {event['type'][:80]!r}")


def table(event: Event) -> TableHint | None:
    """Return which table an event of the S3 adapter is about: its subject is the key."""
    key = event.get("subject")
    if not key:
        raise InvalidInput.at("/subject", "expected the key of an object, found none")
    model = model_of(key)
    return TableHint(model, key) if model else None


def pinged(data: object, default: str) -> str:
    """Return which model a ping is for."""
    if data is None or data == b"":
        return default
    if not isinstance(data, dict):
        raise InvalidInput.at("/data", 'expected an object such as {"model": "*"}')
    unknown = sorted(set(data) - {"model"})
    if unknown:
        raise InvalidInput.at(f"/data/{unknown[0]}", 'expected the field "model" alone; a ping changes no recipe')
    model = data.get("model", default)
    if not isinstance(model, str) or not (model == ALL or is_name(model)):
        raise InvalidInput.at("/data/model", f'expected "*" or a name ({NAME_RULE})')
    return model
