"""A table that can be learned, wherever its bytes are."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["Table", "at_hand"]

SMALL_BYTES = 8 << 20


class Table(Protocol):
    """Its name in messages, the ETag and the number of its bytes, and the bytes."""

    @property
    def key(self) -> str: ...  # noqa: D102

    @property
    def etag(self) -> str: ...  # noqa: D102

    @property
    def size(self) -> int: ...  # noqa: D102

    def open(self) -> BinaryIO:
        """Open the table's bytes as a stream; may be called again."""
        ...

    def digest(self) -> str:
        """Return SHA-256 of the table's bytes, as 64 hex digits."""
        ...


def at_hand(table: Table) -> Table:
    """Return a small table with its bytes in memory, so that a store is asked for it once."""
    if table.size > SMALL_BYTES:
        return table
    with table.open() as stream:
        return TableBytes(table.key, table.etag, stream.read())


@dataclass(frozen=True, slots=True)
class TableBytes:
    """A table whose bytes are at hand."""

    key: str
    etag: str
    data: bytes

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self.data)

    def open(self) -> BinaryIO:
        """Open the bytes as a stream."""
        return BytesIO(self.data)

    def digest(self) -> str:
        """Return SHA-256 of the bytes, as 64 hex digits."""
        return sha256(self.data).hexdigest()
