"""What an index stands for: the names of all objects that its tables need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.cache.objects import Index
from lr_core.identity import index_name, statistic_name
from lr_core.statistics.tree import grow

if TYPE_CHECKING:
    from lr_core.cache.cache import Cache
    from lr_core.repository.alias import Alias

__all__ = ["find_index", "needed", "of_tables", "tables_of"]


def find_index(cache: Cache, alias: Alias | None) -> Index | None:
    """Return the index of the tables that an alias saw when it moved, or None."""
    return cache.find(index_name(alias.listing), Index) if alias and alias.listing else None


def tables_of(index: Index) -> set[tuple[str, str]]:
    """Return (key, ETag) of all tables of an index."""
    return {(row.key, row.etag) for row in index.learned} | set(index.refused)


def of_tables(index: Index, tables: set[tuple[str, str]]) -> set[str]:
    """Return the names of what is known of single tables, given by (key, ETag)."""
    return {statistic_name(index.reading, key, etag) for key, etag in tables_of(index) & tables}


def needed(index: Index, listing: str) -> set[str]:
    """Return the names of the index itself, of its tables' statistics and refusals, and of the nodes of the tree."""
    learned = {row.key: statistic_name(index.reading, row.key, row.etag) for row in index.learned}
    refused = {statistic_name(index.reading, key, etag) for key, etag in index.refused}
    nodes = {node.name for node in grow(learned).inner()} if learned else set()
    return {index_name(listing), *learned.values(), *refused, *nodes}
