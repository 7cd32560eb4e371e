"""`lr-sgd predict --stream`: rows of a file to a server, predictions back, however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.cli.rows import pieces, rows_of
from lr_core.errors import LrError
from lr_core.grpc.client import Batch
from lr_core.protocols.codec import are_finite
from lr_core.protocols.lines.cells import n_lines
from lr_core.protocols.lines.records import Records
from lr_core.redaction import Redaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from io import BufferedReader

    from lr_core.grpc.client import Client
    from lr_core.protocols.lines.records import Block, Rows
    from lr_core.protocols.rows import Row

__all__ = ["streamed"]


def streamed(client: Client, model: str, name: str, source: BufferedReader) -> Iterator[Sequence[float]]:
    """Yield the predictions of a file's rows; all are made by the version that the server has at the beginning."""
    faults: list[Exception] = []
    now = client.described(model)
    redaction = Redaction(frozenset((*now.feature_names, *now.private))) if now.private else None
    batches = batched(rows_of(source, now.feature_names, redaction), name, source)
    yield from client.predict(model, now.version, until_fault(batches, faults))
    for fault in faults:
        raise fault


def until_fault(batches: Iterator[Batch], faults: list[Exception]) -> Iterator[Batch]:
    """Yield batches, and keep what is wrong with the next one until those before it are answered."""
    try:
        yield from batches
    except (LrError, OSError) as error:
        faults.append(error)


def batched(rows: Rows, name: str, source: BufferedReader) -> Iterator[Batch]:
    """Yield the rows of each piece of a file, with where they stand.

    A number takes two bytes of a file or more, and eight of a message: so a message is at most four times a piece.
    """
    for block in blocks(Records(rows), source):
        if block.records and (read := numbers(rows, block)):
            yield Batch(f"{name}, lines {block.before + 1} to {block.before + n_lines(block.records)}", read)


def blocks(records: Records, source: BufferedReader) -> Iterator[Block]:
    """Yield whole records as they come."""
    for piece in pieces(source):
        yield records.feed(piece)
    yield records.end()


def numbers(rows: Rows, block: Block) -> list[Row]:
    """Read rows, all at once where they are plainly numbers."""
    typed = rows.typed(block.records)
    read = None if typed is None else list(typed)
    if read is not None and all(map(are_finite, read)):
        return read
    return [row for _, row in rows.read(block.records, block.before)]
