"""Doubles as lists of Python's own: what small messages are computed with, and most JSON."""

from __future__ import annotations

from struct import calcsize, pack, unpack
from typing import TYPE_CHECKING

from lr_core.protocols.codec import are_finite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lr_core.model import LinearModel

__all__ = ["are_finite", "elements", "listed", "packed", "predict"]


def elements(data: memoryview, code: str) -> list[float]:
    """Return little-endian bytes, of elements of a `struct` letter, as doubles."""
    return list(map(float, unpack(f"<{len(data) // calcsize(f'<{code}')}{code}", data)))


def predict(model: LinearModel, tensors: Sequence[Sequence[float]]) -> list[float]:
    """Return one prediction a row, from one tensor, which is a matrix row by row, or from one column a feature."""
    columns = [iter(tensors[0])] * len(model.coef_) if len(tensors) == 1 else tensors
    return model.predict(zip(*columns, strict=True))


def packed(values: Sequence[float]) -> bytes:
    """Return doubles as little-endian bytes."""
    return pack(f"<{len(values)}d", *values)


def listed(values: list[float]) -> list[float]:
    """Return them as they are."""
    return values
