"""The objects under `statistics/`, as JSON: a table's statistic or its refusal, the merges of a node, an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from lr_core.errors import Fault, InvalidInput
from lr_core.statistics.statistic import Statistic

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["Cached", "Index", "Merged", "Merges", "Parts", "Refusal", "Row", "TableStatistic", "decode", "encode"]

FORMAT = 1


class Parts(msgspec.Struct, frozen=True):
    """A statistic in JSON's numbers, which read back bit for bit; of the factor the upper triangle, row by row."""

    n_samples: int
    intercept: bool
    origin: list[float]
    mean: list[float]
    factor: list[float]

    def __post_init__(self) -> None:
        """Check that the parts are of one size."""
        width = len(self.origin)
        if len(self.mean) != width or len(self.factor) != width * (width + 1) // 2:
            raise ValueError("expected an origin, a mean and a triangle of one width")

    @classmethod
    def of(cls, statistic: Statistic) -> Parts:
        """Take a statistic apart."""
        factor = statistic.factor[np.triu_indices(len(statistic.origin))].tolist()
        return cls(statistic.n_samples, statistic.intercept, statistic.origin.tolist(), statistic.mean.tolist(), factor)

    def whole(self) -> Statistic:
        """Put the statistic together again."""
        width = len(self.origin)
        factor: NDArray[np.float64] = np.zeros((width, width))
        factor[np.triu_indices(width)] = self.factor
        return Statistic(self.n_samples, self.intercept, np.array(self.origin), np.array(self.mean), factor)


class TableStatistic(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="table"):
    """What a table amounts to.

    Attributes
    ----------
    key, etag, digest
        Which table it is, and SHA-256 of its bytes.
    n_dropped
        Rows left out for a missing value.
    unused
        Columns of text that the recipe does not name.
    """

    format: int = FORMAT
    key: str
    etag: str
    digest: str
    n_dropped: int
    unused: list[str]
    statistic: Parts

    @property
    def row(self) -> Row:
        """What an index says of it."""
        return Row(self.key, self.etag, self.digest, self.statistic.n_samples, self.n_dropped, self.unused)


class Refusal(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="refusal"):
    """Why a table cannot be learned: what is wrong with it, as (detail, pointer)."""

    format: int = FORMAT
    key: str
    etag: str
    faults: list[tuple[str, str]]

    @property
    def error(self) -> InvalidInput:
        """The refusal as an error."""
        return InvalidInput(Fault(detail, pointer) for detail, pointer in self.faults)


class Merged(msgspec.Struct, frozen=True, array_like=True):
    """One child of a node: its name, how many tables it holds, and their merged statistic."""

    name: str
    n_tables: int
    statistic: Parts


class Merges(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="merges"):
    """The merged statistics of a node's children, by their digit: one read where there were sixteen."""

    format: int = FORMAT
    children: dict[str, Merged]


class Row(msgspec.Struct, frozen=True, array_like=True):
    """What is known of a table that was learned, but for its statistic."""

    key: str
    etag: str
    digest: str
    n_samples: int
    n_dropped: int
    unused: list[str]


class Index(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="index"):
    """The tables of a listing, so that nobody has to read their statistics to name them.

    Attributes
    ----------
    reading
        How they were read, see `lr_core.identity.reading_digest`.
    learned
        In the order of their keys.
    refused
        (key, ETag) of those that cannot be learned.
    root
        Name of the root of the tree of those that were learned; None where there are none.
    """

    format: int = FORMAT
    reading: str
    learned: list[Row]
    refused: list[tuple[str, str]]
    root: str | None


Cached = TableStatistic | Refusal | Merges | Index

encode: Callable[[Cached], bytes] = msgspec.json.encode


def decode(data: bytes) -> Cached:
    """Read an object.

    Raises
    ------
    ValueError
        It is of another format, or none of these.
    """
    found = DECODER.decode(data)
    if found.format != FORMAT:
        raise ValueError(f"expected an object of format {FORMAT}, found {found.format}")
    return found


DECODER: msgspec.json.Decoder[Cached] = msgspec.json.Decoder(Cached)
