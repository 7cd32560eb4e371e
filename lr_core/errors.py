"""Every way in which this library says no.

LrError
├── MalformedRequest      the bytes are not what they claim to be
├── InvalidInput          well-formed, but wrong; carries all faults
│   ├── DatasetNotFound   there is no table to learn from
│   ├── HashKeyMissing    columns are to be hashed, and this process has no key
│   ├── TableForgotten    a mark says that these bytes are not to be learned
│   ├── TrainingDiverged  gradient descent left the range of numbers
│   └── UnknownEventType  an event of a kind that nothing is known to do for
├── Unauthenticated       the caller does not say the secret
├── Forbidden             the caller is known, and has another role
├── RateLimited           the caller asks too often
│   └── TooManyEvents     the same of events, which come again
├── IssuerUnavailable     who vouches for tokens does not answer; a retry may help
├── ModelNotFound         no such model, alias or version
├── ModelForgotten        a version that a forgotten table was part of
├── StoreError            what an object store answers
│   ├── StoreUnavailable  no answer in time; a retry may help
│   ├── ObjectNotFound    no such key
│   ├── ObjectExists      a create-only put met an object
│   └── ObjectChanged     the ETag is another one than was named
├── SinkError             what a sink of events answers
│   ├── SinkUnavailable   it did not take the event now; a retry may help
│   └── SinkRefused       it does not want the event
└── SettingsError         an environment variable is wrong or unknown
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "DatasetNotFound",
    "Fault",
    "Forbidden",
    "HashKeyMissing",
    "InvalidInput",
    "IssuerUnavailable",
    "LrError",
    "MalformedRequest",
    "ModelForgotten",
    "ModelNotFound",
    "ObjectChanged",
    "ObjectExists",
    "ObjectNotFound",
    "RateLimited",
    "SettingsError",
    "SinkError",
    "SinkRefused",
    "SinkUnavailable",
    "StoreError",
    "StoreUnavailable",
    "TableForgotten",
    "TooManyEvents",
    "TrainingDiverged",
    "Unauthenticated",
    "UnknownEventType",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an input.

    Attributes
    ----------
    detail
        What was expected and what was found, as a sentence for a person.
    pointer
        JSON Pointer (RFC 6901) to the place in a request's body; empty where the fault is in a table.
    """

    detail: str
    pointer: str = ""


class LrError(Exception):
    """Base of all errors that this library raises on purpose; its text is meant for users."""


class MalformedRequest(LrError):
    """The bytes of a request are not the JSON, or the text, that they should be."""


class InvalidInput(LrError):
    """An input that can be read but not accepted.

    Attributes
    ----------
    faults
        All that is wrong, in the order of the input; at least one.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        rest = f" (and {len(self.faults) - 1} more)" if len(self.faults) > 1 else ""
        super().__init__(self.faults[0].detail + rest)

    @classmethod
    def at(cls, pointer: str, detail: str) -> InvalidInput:
        """Return an error with one fault."""
        return cls([Fault(detail, pointer)])


class DatasetNotFound(InvalidInput):
    """There is no table to learn from."""


class HashKeyMissing(InvalidInput):
    """A recipe hashes columns and the process that trains has no key; no table is to blame."""


class TableForgotten(InvalidInput):
    """A table has bytes that were forgotten; they are not learned while the mark stands."""


class TrainingDiverged(InvalidInput):
    """Gradient descent left the range of numbers."""


class UnknownEventType(InvalidInput):
    """An event of a kind that nothing is known to do for."""


class Unauthenticated(LrError):
    """The caller does not say the secret that is asked for.

    Attributes
    ----------
    is_wrong
        Whether it said one that does not count, and so need not say it again.
    """

    def __init__(self, detail: str, *, is_wrong: bool = False) -> None:
        super().__init__(detail)
        self.is_wrong = is_wrong


class Forbidden(LrError):
    """The caller is known, and may not ask for this.

    Attributes
    ----------
    role
        Who may.
    """

    def __init__(self, role: str) -> None:
        super().__init__(f"expected a caller with the role {role!r}")
        self.role = role


class RateLimited(LrError):
    """The caller asks more often than it may.

    Attributes
    ----------
    retry_after_s
        Seconds after which it may ask again, one or more.
    """

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"too many requests for now; the next one may come in {retry_after_s} s")
        self.retry_after_s = retry_after_s


class TooManyEvents(RateLimited):
    """Who sends events sends too many for now; it sends this one again."""


class IssuerUnavailable(LrError):
    """Who issues tokens does not tell its keys; the same request may work later."""


class ModelNotFound(LrError):
    """There is no such model, alias or version."""


class ModelForgotten(LrError):
    """A table that was forgotten was part of this version; nothing of it is kept but what it was learned from."""


class StoreError(LrError):
    """An object store could not do what it was asked."""


class StoreUnavailable(StoreError):
    """The store did not answer in time, or refused; the same call may work later."""


class ObjectNotFound(StoreError):
    """There is no object under this key."""


class ObjectExists(StoreError):
    """A create-only put found an object under its key."""


class ObjectChanged(StoreError):
    """The object's ETag is another one than the call named."""


class SinkError(LrError):
    """A sink did not take an event."""


class SinkUnavailable(SinkError):
    """The sink did not answer, or not now; the same event may be taken later."""


class SinkRefused(SinkError):
    """The sink does not want the event, now or later."""


class SettingsError(LrError):
    """An environment variable is unknown or has a value that cannot be used."""
