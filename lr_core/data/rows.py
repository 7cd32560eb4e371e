"""Rows of a table as float64, chunk by chunk: pyarrow reads, and where it fails the slow pass says why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyarrow import csv

from lr_core.data.cell import MISSING
from lr_core.data.faults import find_faults
from lr_core.data.header import read_header
from lr_core.data.lent import lent_to_csv
from lr_core.data.records import quote_faults
from lr_core.data.source import Utf8Blocks, buffered
from lr_core.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from lr_core.data.faults import Missing
    from lr_core.data.source import Source

__all__ = ["Rows"]

BLOCK_BYTES = 2**22
"""What pyarrow parses at a time; a row must be shorter."""

CHUNK_CELLS = 2**17
"""Cells of a chunk, about: 1 MiB fits a cache."""


class _Unreadable(Exception):
    """The fast path met a cell that it cannot accept."""


class Rows:
    """The named columns of a table, as chunks of shape (n, len(names)); each iteration reads from the beginning.

    Where chunks end is a pure function of the table's bytes and the number of names. Columns are found by name; others
    are not converted. A table without rows gives no chunk.

    Parameters
    ----------
    source
        A CSV table in UTF-8: commas, a header, quotes doubled inside quotes, any line ends; blank lines are passed
        over.
    names
        At least one; each a column of numbers.
    missing
        Whether a row with a missing cell in a named column is refused or left out.

    Attributes
    ----------
    n_samples, n_dropped
        Rows that the latest iteration has given, and left out for a missing cell, so far.

    Raises
    ------
    InvalidInput
        By the iteration: the table cannot be read; with up to a hundred faults.
    """

    def __init__(self, source: Source, names: Sequence[str], missing: Missing) -> None:
        self.n_samples = 0
        self.n_dropped = 0
        self._source = source
        self._names = tuple(names)
        self._missing: Missing = missing

    def __iter__(self) -> Iterator[NDArray[np.float64]]:
        self.n_samples = self.n_dropped = 0
        for rows in _regroup(self._blocks(), _chunk_rows(len(self._names))):
            self.n_samples += len(rows)
            yield rows

    def _blocks(self) -> Iterator[NDArray[np.float64]]:
        """Yield the rows as pyarrow parses them, or raise what is wrong with the table."""
        try:
            for batch in _batches(self._source, self._names):
                rows, n_dropped = _complete_rows(batch, self._missing)
                self.n_dropped += n_dropped
                yield rows
        except (pa.ArrowException, UnicodeDecodeError, _Unreadable):
            # Not from it: a foreign message would help nobody, and may hold anything.
            raise InvalidInput(find_faults(self._source, self._names, self._missing)) from None


def _batches(source: Source, names: tuple[str, ...]) -> Iterator[Any]:
    """Yield pyarrow's record batches of the named columns."""
    header = read_header(source)
    header.places(source.key, names)
    with buffered(source) as stream:
        n_quotes = stream.read(header.n_bytes).count(b'"')
        if stream.peek(1):
            blocks = Utf8Blocks(stream)
            yield from _parsed(blocks, header.names, names)
            n_quotes += blocks.n_quotes
    _check_quotes(source, n_quotes)


def _parsed(blocks: Utf8Blocks, header: tuple[str, ...], names: tuple[str, ...]) -> Iterator[Any]:
    """Yield the batches of what stands below a header."""
    options = {
        # The header is read by ourselves: pyarrow's may not exceed a block, and it takes a name twice.
        "read_options": csv.ReadOptions(column_names=header, block_size=BLOCK_BYTES),
        "parse_options": csv.ParseOptions(newlines_in_values=True),
        "convert_options": csv.ConvertOptions(
            include_columns=names, column_types=dict.fromkeys(names, pa.float64()), null_values=MISSING
        ),
    }
    try:
        yield from lent_to_csv(blocks, **options)
    except pa.ArrowException:
        if blocks.error is None:
            raise
    if blocks.error is not None:
        raise blocks.error


def _check_quotes(source: Source, n_quotes: int) -> None:
    """Refuse a table in which a quote does not end.

    To pyarrow it makes a cell of the rest of the table, or of all up to the next quote: rows would be lost without a
    word. Where all quotes end, their number is even (RFC 4180). Where it is odd because one stands for an inch, in a
    cell without quotes, looking tells.
    """
    if n_quotes % 2 and (faults := quote_faults(source)):
        raise InvalidInput(faults)


def _complete_rows(batch: Any, missing: Missing) -> tuple[NDArray[np.float64], int]:
    """Return the rows of a batch without missing cells, and how many had some."""
    rows = np.column_stack([column.to_numpy(zero_copy_only=False) for column in batch.columns])
    finite = np.isfinite(rows)
    if finite.all():
        return rows, 0
    absent = np.column_stack([column.is_null().to_numpy(zero_copy_only=False) for column in batch.columns])
    if missing == "refuse" or not (finite | absent).all():
        raise _Unreadable
    complete = ~absent.any(axis=1)
    return rows[complete], len(rows) - int(complete.sum())


def _chunk_rows(width: int) -> int:
    """Return the rows of a chunk: no fewer than columns, which a factor of it would repeat."""
    return max(CHUNK_CELLS // width, width, 1024)


def _regroup(blocks: Iterable[NDArray[np.float64]], size: int) -> Iterator[NDArray[np.float64]]:
    """Yield the same rows in chunks of `size`, the last one shorter."""
    held: list[NDArray[np.float64]] = []
    n_held = 0
    for block in blocks:
        held.append(block)
        n_held += len(block)
        if n_held >= size:
            rows = np.concatenate(held)
            whole = n_held - n_held % size
            yield from np.split(rows[:whole], whole // size)
            held, n_held = [rows[whole:]], n_held - whole
    if n_held:
        yield np.concatenate(held)
