"""Doubles, many at a time: lists of Python's own, or numpy's arrays where a message is large enough to repay them.

Both give the same predictions to the last bit; `lists` and `arrays` are modules with the same functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from lr_core.protocols import codec
from lr_core.protocols.v2 import lists

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lr_core.model import LinearModel

__all__ = ["Arithmetic", "Values", "suited"]

Values = Any
"""A list of floats, or an array of shape (n,); both have a length."""

ARRAY_BYTES = 1 << 16
"""More binary data than this are computed by numpy; for fewer it was measured to save next to nothing, and a first
request waits until it is loaded."""


class Arithmetic(Protocol):
    """What is done with doubles."""

    def elements(self, data: memoryview, code: str, /) -> Values:
        """Return little-endian bytes, of elements of a `struct` letter, as doubles."""
        ...

    def are_finite(self, values: Values, /) -> bool:
        """Tell whether all values are finite."""
        ...

    def predict(self, model: LinearModel, tensors: Sequence[Values], /) -> Values:
        """Return one prediction a row, from one tensor, which is a matrix row by row, or from one column a feature."""
        ...

    def packed(self, values: Values, /) -> bytes:
        """Return doubles as little-endian bytes."""
        ...

    def listed(self, values: Values, /) -> object:
        """Return doubles as what JSON's encoder writes as a list."""
        ...


def suited(n_bytes: int, json_bytes: int) -> Arithmetic:
    """Return the arithmetic for so much binary data, and so much JSON."""
    if n_bytes <= ARRAY_BYTES and json_bytes <= codec.MANY_BYTES:
        return lists
    from lr_core.protocols.v2 import arrays  # noqa: PLC0415  -- numpy takes longer to load than predict to start

    return arrays
