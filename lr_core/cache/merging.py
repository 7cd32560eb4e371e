"""Merging along the tree, reading only what changed since a former one."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from lr_core.cache.objects import Merged, Merges, Parts
from lr_core.statistics.statistic import merge
from lr_core.statistics.tree import LEAF_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable

    from lr_core.cache.cache import Cache
    from lr_core.statistics.statistic import Statistic
    from lr_core.statistics.tree import Node

__all__ = ["merged"]


def merged(cache: Cache, node: Node, former: str | None, table: Callable[[str], Statistic]) -> Statistic:
    """Return the statistic of all tables below a node.

    Parameters
    ----------
    former
        Name of the node that stood in its place before: of the children that it shares, the statistics are taken from
        there.
    table
        Returns the statistic of one table, by its name.
    """
    if node.tables:
        return reduce(merge, map(table, node.tables))
    children = merges(cache, node, former, table).children
    return reduce(merge, (children[digit].statistic.whole() for digit, _ in node.children))


def merges(cache: Cache, node: Node, former: str | None, table: Callable[[str], Statistic]) -> Merges:
    """Return the merged statistics of an inner node's children, made and kept where they are not there."""
    found = cache.find(node.name, Merges)
    if found is not None and found.children.keys() == dict(node.children).keys():
        return found
    past = cache.find(former, Merges) if former and former != node.name else None
    before = past.children if past else {}
    made = Merges(children={digit: child_of(cache, child, before.get(digit), table) for digit, child in node.children})
    cache.put(node.name, made)
    return made


def child_of(cache: Cache, child: Node, was: Merged | None, table: Callable[[str], Statistic]) -> Merged:
    """Return a child's merged statistic: the one that was, where it is the same."""
    if was is not None and was.name == child.name:
        return was
    former = was.name if was is not None and was.n_tables > LEAF_SIZE else None
    return Merged(child.name, child.n_tables, Parts.of(merged(cache, child, former, table)))
