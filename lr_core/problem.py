"""Problems: an exception as an RFC 9457 document."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from lr_core import errors

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["document", "loggable", "problem"]

TYPES = "https://lr-sgd.github.io/problems/"

log = logging.getLogger(__name__)

KINDS: Mapping[type[errors.LrError], tuple[int, str, str]] = {
    errors.MalformedRequest: (400, "malformed-request", "The request cannot be read"),
    errors.ModelNotFound: (404, "model-not-found", "There is no such model"),
    errors.ModelForgotten: (410, "model-forgotten", "The model was forgotten"),
    errors.TableForgotten: (410, "table-forgotten", "The table was forgotten"),
    errors.DatasetNotFound: (422, "dataset-not-found", "There is no table to learn from"),
    errors.Unauthenticated: (401, "unauthenticated", "The caller is not known"),
    errors.Forbidden: (403, "forbidden", "The caller may not do this"),
    errors.TooManyEvents: (503, "rate-limited", "There are too many events"),
    errors.RateLimited: (429, "rate-limited", "The caller asks too often"),
    errors.UnknownEventType: (422, "unknown-event-type", "There is nothing to do for such an event"),
    errors.TrainingDiverged: (422, "training-diverged", "Training diverged"),
    errors.InvalidInput: (422, "invalid-input", "The input cannot be accepted"),
    errors.StoreUnavailable: (503, "store-unavailable", "The store cannot be reached"),
    errors.SinkUnavailable: (503, "sink-unavailable", "The sink of events cannot be reached"),
    errors.IssuerUnavailable: (503, "issuer-unavailable", "The issuer of tokens cannot be reached"),
}
"""Status, last part of the type, and title; the first class that fits decides."""


def problem(error: Exception) -> dict[str, Any]:
    """Return the document of an error: type, title, status, detail, and the faults of an input.

    What is not one of this library's errors says nothing of itself: it is logged, and the document is a bare 500.
    """
    for kind, (status, slug, title) in KINDS.items():
        if isinstance(error, kind):
            return document(TYPES + slug, title, status, detail(error)) | faults(error)
    log.error("unexpected error", exc_info=error)
    return {"type": "about:blank", "title": "Internal Server Error", "status": 500}


def document(kind: str, title: str, status: int, text: str) -> dict[str, Any]:
    """Return the members that every problem has."""
    return {"type": kind, "title": title, "status": status, "detail": text}


def detail(error: Exception) -> str:
    """Return what a client may read of an error; where a store is, and why it failed, is for the log."""
    if isinstance(error, errors.StoreUnavailable):
        return "The store that holds tables and models did not answer; try again."
    if isinstance(error, errors.SinkUnavailable):
        return "The sink of events did not take an event; try again."
    if isinstance(error, errors.IssuerUnavailable):
        return "The issuer of tokens did not answer, so whether yours is good cannot be told; try again."
    return str(error)


def loggable(error: errors.LrError) -> str:
    """Return what a log may say of an error: where a table is at fault, and neither its cells nor its column names.

    A table without a header has cells for names.
    """
    if not isinstance(error, errors.InvalidInput):
        return str(error)
    title = next(title for kind, (_, _, title) in KINDS.items() if isinstance(error, kind))
    place, colon, _ = error.faults[0].detail.partition(": ")
    more = f" (and {len(error.faults) - 1} more)" if len(error.faults) > 1 else ""
    return f"{title}{': ' + place.partition(', column ')[0] if colon else ''}{more}"


def faults(error: Exception) -> dict[str, Any]:
    """Return all the faults of an input, each with a JSON Pointer."""
    if not isinstance(error, errors.InvalidInput):
        return {}
    return {"errors": [{"detail": fault.detail, "pointer": fault.pointer} for fault in error.faults]}
