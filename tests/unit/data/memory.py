"""A table in memory, as a source."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING, BinaryIO, cast

import numpy as np
import pytest

from lr_core.data.rows import Rows
from lr_core.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lr_core.data.faults import Missing

KEY = "data/default/a.csv"


@dataclass(frozen=True)
class Table:
    body: bytes
    key: str = KEY

    def open(self) -> BinaryIO:
        return io.BytesIO(self.body)


class Dribble:
    """A stream with nothing but `read` and `close`, which gives less than it is asked for."""

    def __init__(self, body: bytes) -> None:
        self._stream = io.BytesIO(body)
        self.closed = False

    def read(self, size: int) -> bytes:
        return self._stream.read(min(size, 7))

    def close(self) -> None:
        self.closed = True


class Pieces:
    """A stream that holds one of its pieces at a time."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._held = b""

    def read(self, size: int) -> bytes:
        self._held = self._held or next(self._pieces, b"")
        given, self._held = self._held[:size], self._held[size:]
        return given

    def close(self) -> None:
        self._held = b""


@dataclass(frozen=True)
class LongTable(Table):
    """A table that is in memory only once: its body, then one piece many times, then an end."""

    piece: bytes = b""
    times: int = 0
    end: bytes = b""

    def open(self) -> BinaryIO:
        return cast("BinaryIO", Pieces(chain([self.body], repeat(self.piece, self.times), [self.end])))


@dataclass(frozen=True)
class SlowTable(Table):
    def open(self) -> BinaryIO:
        return cast("BinaryIO", Dribble(self.body))


def table(text: str | bytes) -> Table:
    return Table(text if isinstance(text, bytes) else text.encode())


def read(source: Table, names: Sequence[str] = ("a", "b"), missing: Missing = "refuse") -> list[list[float]]:
    chunks = list(Rows(source, names, missing))
    return np.concatenate(chunks).tolist() if chunks else []


def faults(source: Table, names: Sequence[str] = ("a", "b"), missing: Missing = "refuse") -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        read(source, names, missing)
    details = [fault.detail for fault in caught.value.faults]
    assert all(detail.startswith(KEY) for detail in details)
    assert caught.value.__cause__ is None
    return [detail.removeprefix(KEY) for detail in details]
