"""The tables that a training may learn: those that are there, without those that a mark keeps out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lr_core.errors import Fault, TableForgotten
from lr_core.repository.tables import StoredTable, list_tables

if TYPE_CHECKING:
    from lr_core.repository.marks import Marks
    from lr_core.store import Store
    from lr_core.training.table import Table

__all__ = ["Present", "is_kept_out", "kept_out_error", "look"]


@dataclass(frozen=True, slots=True)
class Present:
    """The tables of a model as they were listed, in the order of their keys."""

    tables: list[StoredTable]
    kept_out: list[StoredTable]

    @property
    def listing(self) -> list[tuple[str, str | None]]:
        """(key, ETag) of each, None for one that is kept out."""
        return [(table.key, table.etag) for table in self.tables] + [(table.key, None) for table in self.kept_out]


def look(store: Store, model: str, marks: Marks) -> Present:
    """List the tables of a model and set apart those that the marks, which were listed before, keep out."""
    tables = [StoredTable(store, item) for item in list_tables(store, model)]
    kept_out = {table.key for table in tables if is_kept_out(table.key, table, marks)}
    return Present(
        [table for table in tables if table.key not in kept_out], [table for table in tables if table.key in kept_out]
    )


def is_kept_out(key: str, table: Table, marks: Marks) -> bool:
    """Tell whether a table has bytes that were forgotten; only the key's own mark makes it worth hashing them."""
    mark = marks.of(key)
    return mark is not None and table.digest() in mark.digests


def kept_out_error(key: str) -> TableForgotten:
    """Return what is said of a table that a mark keeps out."""
    return TableForgotten(
        [Fault(f"{key}: these bytes were forgotten; lr-sgd models forget --undo {key} lets them be learned again")]
    )
