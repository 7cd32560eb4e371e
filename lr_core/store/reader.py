"""An object as a file."""

from __future__ import annotations

from io import RawIOBase
from typing import TYPE_CHECKING

from lr_core.store.errors import translated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Buffer

__all__ = ["ObjectReader"]


class ObjectReader(RawIOBase):
    """A stream of bytes as a file, for readers that want one."""

    def __init__(self, url: str, key: str, pieces: Iterator[Buffer]) -> None:
        self._url, self._key, self._pieces = url, key, pieces
        self._left = memoryview(b"")

    def readable(self) -> bool:
        """Say yes."""
        return True

    def close(self) -> None:
        """Let go of the connection: a server may lock an object for as long as somebody has not read it to its end."""
        self._pieces, self._left = iter(()), memoryview(b"")
        super().close()

    def readinto(self, buffer: Buffer, /) -> int:
        """Fill the buffer's front and return how many bytes that were; 0 at the end."""
        while not self._left:
            with translated(self._url, self._key):
                piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = memoryview(piece)
        target = memoryview(buffer)
        size = min(len(target), len(self._left))
        target[:size], self._left = self._left[:size], self._left[size:]
        return size
