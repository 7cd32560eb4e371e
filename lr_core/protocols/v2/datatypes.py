"""The datatypes of tensors, by the names of the protocol."""

from __future__ import annotations

from dataclasses import dataclass
from struct import calcsize
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DATATYPES", "FLOAT", "INTEGER", "TRUTH", "Datatype"]

TRUTH, INTEGER, FLOAT = frozenset({bool}), frozenset({int}), frozenset({int, float})


@dataclass(frozen=True, slots=True)
class Datatype:
    """A datatype of numbers.

    Attributes
    ----------
    name
        As the protocol writes it.
    code
        The letter of an element, which `struct` and numpy share.
    kinds
        Python's types of its JSON values; none where JSON has no form of it.
    low, high
        The least and the greatest integer; both 0 for floats.
    """

    name: str
    code: str
    kinds: frozenset[type]
    low: int = 0
    high: int = 0

    @property
    def size(self) -> int:
        """Bytes of one element."""
        return calcsize(f"<{self.code}")

    @property
    def is_float(self) -> bool:
        """Whether elements may be no numbers: NaN, or infinite."""
        return not self.high


def integers(name: str, code: str, bits: int) -> Datatype:
    """Return a datatype of integers; its name says whether they have a sign."""
    is_signed = name.startswith("I")
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if is_signed else (0, (1 << bits) - 1)
    return Datatype(name, code, INTEGER, low, high)


DATATYPES: Mapping[str, Datatype] = {
    each.name: each
    for each in (
        Datatype("BOOL", "B", TRUTH, 0, 1),
        *(integers(f"INT{8 << i}", code, 8 << i) for i, code in enumerate("bhiq")),
        *(integers(f"UINT{8 << i}", code, 8 << i) for i, code in enumerate("BHIQ")),
        Datatype("FP16", "e", frozenset()),
        Datatype("FP32", "f", FLOAT),
        Datatype("FP64", "d", FLOAT),
    )
}
