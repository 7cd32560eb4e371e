"""A stream behind a WSGI server, which reads and writes in turn: nobody is told there whether the client reads."""

from __future__ import annotations

from array import array
from errno import ECONNRESET
from typing import TYPE_CHECKING

from lr_core.http.backlog import MOST_ROWS
from lr_core.http.lines import PIECE_BYTES, SLICE_ROWS, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lr_core.http.lines import Predictor, Stream
    from lr_core.protocols.lines.formats import Format

__all__ = ["alternate"]


def alternate(stream: Stream, read: Callable[[int], bytes], length: int | None) -> Iterator[bytes]:
    """Predict up to a whole backlog, then return the body of the response, which reads on while it is written.

    Parameters
    ----------
    read
        Returns so many bytes of the request's body, or all that are left.
    length
        How many bytes the body is to have; None where its end shows.

    Raises
    ------
    MalformedRequest, InvalidInput
        With the faults of what was read.
    ConnectionResetError
        The client left.
    """
    predictions = predicted(stream.reader, pieces(read, length))
    backlog = array("d")
    for values in predictions:
        backlog.extend(values)
        if len(backlog) >= MOST_ROWS:
            break
    return written(stream.form, backlog, predictions)


def pieces(read: Callable[[int], bytes], length: int | None) -> Iterator[bytes]:
    """Yield a body in pieces."""
    n_read = 0
    try:
        while piece := read(PIECE_BYTES):
            n_read += len(piece)
            yield piece
    except Exception as error:  # each server has its own
        raise gone() from error
    if length is not None and n_read < length:
        raise gone()


def predicted(reader: Predictor, body: Iterator[bytes]) -> Iterator[list[float]]:
    """Yield the predictions of what comes, as it comes."""
    for piece in body:
        yield reader.feed(piece)
    yield reader.end()


def written(form: Format, backlog: array[float], predictions: Iterator[list[float]]) -> Iterator[bytes]:
    """Yield the body of the response; what breaks it off is a broken connection to the server, which closes it."""
    yield form.head
    for start in range(0, len(backlog), SLICE_ROWS):
        yield form.encode(backlog[start : start + SLICE_ROWS].tolist())
    try:
        for values in predictions:
            yield form.encode(values)
    except ConnectionResetError:
        raise
    except Exception as error:  # noqa: BLE001  -- whatever it is, the log is told
        told(error)
        raise gone() from None


def gone() -> ConnectionResetError:
    """Return what servers take for a connection that broke, and close it without a word, or a last chunk."""
    return ConnectionResetError(ECONNRESET, "the stream broke off")
