"""Bodies of lines: read as a whole, or answered while they come."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lr_core.errors import LrError
from lr_core.http.message import Response
from lr_core.http.problem import HttpError
from lr_core.http.routing import media_type
from lr_core.http.served import named
from lr_core.protocols.lines.formats import FORMATS
from lr_core.protocols.lines.reader import Reader
from lr_core.protocols.lines.redacted import redacted

if TYPE_CHECKING:
    from lr_core.http.message import Request
    from lr_core.protocols.lines.formats import Format
    from lr_core.serving import Served

__all__ = ["PIECE_BYTES", "SLICE_ROWS", "Predictor", "Stream", "stream", "told", "whole"]

PIECE_BYTES = 1 << 15
"""Of a body are read at a time: so little that others on an event loop hardly wait for it."""

SLICE_ROWS = 2048
"""Predictions are written at a time."""

log = logging.getLogger(__name__)


class Predictor(Protocol):
    """Predicts rows as their lines come; see `lr_core.protocols.lines.reader.Reader`."""

    def feed(self, piece: bytes, /) -> list[float]:
        """Return the predictions of the rows that have ended with a piece."""
        ...

    def end(self) -> list[float]:
        """Return the predictions of what is left."""
        ...


@dataclass(frozen=True, slots=True)
class Stream:
    """A response that grows with its request.

    Attributes
    ----------
    reader
        Predicts what comes.
    form
        How predictions are written.
    content_type, headers
        As a response has them; its status is 200.
    """

    reader: Predictor
    form: Format
    content_type: str
    headers: tuple[tuple[str, str], ...]


def stream(request: Request, served: Served) -> Stream:
    """Begin to answer a request with one model, whatever that of the name becomes meanwhile."""
    kind, model = media_type(request), served.model
    form = FORMATS[kind]
    return Stream(Reader(model, redacted(form.rows(model.feature_names), served.redaction)), form, kind, named(served))


def whole(request: Request, served: Served) -> Response:
    """Answer a request whose body is there."""
    begun = stream(request, served)
    predictions = begun.reader.feed(request.body) + begun.reader.end()
    request.mark("compute", len(predictions))
    body = begun.form.head + begun.form.encode(predictions)
    return Response(200, body, begun.content_type, begun.headers)


def told(error: Exception) -> None:
    """Log why a stream breaks off; its client cannot be told. Cells are not for a log, so it names the line alone."""
    if isinstance(error, HttpError):
        log.warning("a stream broke off: %s", error)
    elif isinstance(error, LrError):
        log.warning("a stream broke off: its %s cannot be predicted", str(error).partition(":")[0])
    else:
        log.error("a stream broke off by an unexpected error", exc_info=error)
