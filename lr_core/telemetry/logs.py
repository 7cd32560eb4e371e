"""Logs: a line a record, as JSON or for a person's terminal.

A record quotes no request: neither headers nor cells. What an exception of somebody else's code says may hold a cell,
so it is written at the level `debug` alone; where it was raised always is.
"""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from traceback import StackSummary, walk_tb
from typing import TYPE_CHECKING, Any

import msgspec

from lr_core.telemetry.activity import CURRENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lr_core.telemetry.activity import Activity

__all__ = ["JSON", "TEXT", "JsonLines", "TextLines", "set_up"]

JSON, TEXT = "json", "text"
HEADING = "Traceback (most recent call last):\n"


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        fields: dict[str, Any] = {
            "time": moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        activity = CURRENT.get()
        if activity is not None:
            fields |= origin(activity)
        fields |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1]:
            fields["exception"] = HEADING + "".join(told(record.exc_info[1]))
        return msgspec.json.encode(fields).decode()


class TextLines(logging.Formatter):
    """Writes a record as a person reads it; its message stays on one line, whatever it quotes."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and below it where an exception was raised."""
        activity = CURRENT.get()
        about = {**(origin(activity) if activity else {}), **getattr(record, "fields", {})}
        parts = [record.levelname.lower(), record.getMessage(), *(f"{name}={value}" for name, value in about.items())]
        line = " ".join("".join(char if char.isprintable() else ascii(char)[1:-1] for char in part) for part in parts)
        if record.exc_info and record.exc_info[1]:
            line += "\n" + HEADING + "".join(told(record.exc_info[1])).rstrip()
        return line


def moment(record: logging.LogRecord) -> str:
    """Return when a record was made: RFC 3339 in UTC, milliseconds."""
    at = datetime.fromtimestamp(record.created, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def origin(activity: Activity) -> dict[str, str]:
    """Return what is being done, by the names that tell it from all else."""
    fields = {"request_id": activity.request_id}
    if activity.event is not None:
        fields |= {f"event_{name}": str(activity.event[name]) for name in ("id", "source", "type")}
    trace = activity.trace
    return fields | ({"trace_id": trace.trace_id, "span_id": trace.span_id} if trace else {})


def told(error: BaseException) -> Iterator[str]:
    """Yield where an exception was raised, and what it is; what it says only where everything is to be said."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from told(cause)
        yield "then\n"
    yield from StackSummary.extract(walk_tb(error.__traceback__)).format()
    says = f": {error}" if logging.getLogger().isEnabledFor(logging.DEBUG) else ""
    yield f"{type(error).__module__}.{type(error).__qualname__}{says}\n"


def set_up(level: str, form: str) -> None:
    """Write all records of a process from a level on to stderr.

    Parameters
    ----------
    level
        `debug`, `info`, `warning` or `error`.
    form
        `JSON` or `TEXT`.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TextLines() if form == TEXT else JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
