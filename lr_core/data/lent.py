"""Blocks for pyarrow's threads, of which nothing is left with them when the process ends.

A thread that lets go of a Python object while the interpreter ends aborts the process: it waits for an interpreter that
is no longer there. So who lends a stream to pyarrow waits until it and all of its blocks are returned.
"""

from __future__ import annotations

import io
from threading import Event
from typing import TYPE_CHECKING, Any

from pyarrow import csv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lr_core.data.source import Utf8Blocks

__all__ = ["lent_to_csv"]

RETURN_S = 1.0
"""How long to wait at most: mostly it is microseconds, but the error of a stream that failed holds what was lent."""


class Loan:
    """What all that is lent holds; the event is set when the last of it is returned."""

    def __init__(self, returned: Event) -> None:
        self._returned = returned

    def __del__(self) -> None:
        self._returned.set()


class Block(bytes):
    """Bytes that are lent."""

    loan: Loan


class Lent(io.RawIOBase):
    """A stream that is lent."""

    def __init__(self, blocks: Utf8Blocks, loan: Loan) -> None:
        self._blocks = blocks
        self._loan = loan

    def readable(self) -> bool:
        """Say yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read a whole block, or what is left."""
        block = Block(self._blocks.read(size))
        block.loan = self._loan
        return block


def lent_to_csv(blocks: Utf8Blocks, **options: Any) -> Iterator[Any]:
    """Yield the batches of blocks of CSV; the end, of any kind, waits until pyarrow has let go of the blocks.

    Parameters
    ----------
    options
        As `pyarrow.csv.open_csv` takes them.
    """
    returned = Event()
    batches = None
    try:
        batches = csv.open_csv(Lent(blocks, Loan(returned)), **options)
        yield from batches
    finally:
        if batches is not None:
            batches.close()
        del batches
        returned.wait(RETURN_S)
