"""Where a table's bytes come from, and how they are read: whole blocks, checked to be UTF-8."""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["Source", "Utf8Blocks", "buffered"]


class Source(Protocol):
    """A table that can be read from its beginning as often as needed."""

    @property
    def key(self) -> str:
        """Its name in messages."""

    def open(self) -> BinaryIO:
        """Begin to read; only `read(size)` and `close()` of the stream are used, and a read may be short."""


class _Raw(io.RawIOBase):
    """A stream that has nothing but `read` as one that `io` can buffer."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        block = self._stream.read(len(view))
        view[: len(block)] = block
        return len(block)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def buffered(source: Source) -> io.BufferedReader:
    """Open a source so that a read of n bytes gives n bytes, or the end is reached."""
    return io.BufferedReader(_Raw(source.open()), 2**18)


class Utf8Blocks:
    """The rest of a stream for pyarrow, which by itself checks only columns that it converts.

    Blocks are as long as asked for: pyarrow takes what a read returns for a block, and where blocks end must follow
    from the bytes alone.

    Attributes
    ----------
    n_quotes
        Quotes in the blocks so far.
    error
        Why reading ended before the stream did: it failed, or the bytes are not UTF-8. A thread of pyarrow's cannot
        raise it.
    """

    def __init__(self, stream: io.BufferedReader) -> None:
        self.n_quotes = 0
        self.error: Exception | None = None
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def read(self, size: int) -> bytes:
        """Read a whole block, or what is left; nothing after an error."""
        try:
            block = self._stream.read(size)
            self._decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            self.error = error.with_traceback(None)  # else its frames would hold what pyarrow is to return
            return b""
        except Exception as error:  # noqa: BLE001  -- whoever reads the rows raises it
            self.error = error
            return b""
        self.n_quotes += block.count(b'"')
        return block
