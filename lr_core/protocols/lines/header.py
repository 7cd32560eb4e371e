"""Where the features stand in a CSV table: its first record names the columns."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from lr_core.errors import Fault, InvalidInput
from lr_core.protocols.json import spelled
from lr_core.redaction import nameable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Header", "header_of"]

LISTED = 20
"""A message lists so many columns at most."""


@dataclass(frozen=True, slots=True)
class Header:
    """The number of columns, and where among them the features stand, in the order of a row."""

    width: int
    places: tuple[int, ...]

    def pick(self) -> Callable[[Sequence[str]], tuple[str, ...]]:
        """Return a function that takes the features' cells from a record."""
        if len(self.places) == 1:
            (place,) = self.places
            return lambda cells: (cells[place],)
        return itemgetter(*self.places)


def header_of(cells: Sequence[str], names: Sequence[str]) -> Header:
    """Find the features in the first record of a table.

    Raises
    ------
    InvalidInput
        Some are missing, or there twice.
    """
    columns = [cell.strip() for cell in cells]
    place_of = {column: place for place, column in enumerate(columns)}
    missing = [name for name in names if name not in place_of]
    if missing:
        raise InvalidInput([Fault(f"expected a header with {listed(missing)}, found {listed(columns)}")])
    wanted = set(names)
    if len(place_of) < len(columns) and (
        twice := [name for name in columns if name in wanted and columns.count(name) > 1]
    ):
        raise InvalidInput([Fault(f"expected unique names of columns, found {spelled(twice[0])} twice")])
    return Header(len(columns), tuple(place_of[name] for name in names))


def listed(columns: Sequence[str]) -> str:
    """Return names for a message; where the header is missing they are no names."""
    names = nameable(columns)[:LISTED]
    n_more = len(columns) - len(names)
    if n_more and not names:
        return f"{n_more} columns of other names"
    return (", ".join(name[:80] for name in names) or "nothing") + (f" and {n_more} more" if n_more else "")
