"""The order of merging: a tree that the set of keys alone decides.

Rounding makes merging depend on its order in the last bits. With the tree, the same tables in any order of arrival
give the same bytes; and a table that comes, changes or goes touches the one path from its leaf to the root. Each node
is named by the hash of the names below it (Merkle 1987, "A digital signature based on a conventional encryption
function"), so two trees differ exactly where names do.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["LEAF_SIZE", "Node", "grow"]

LEAF_SIZE = 16
"""A node of more tables is split."""


@dataclass(frozen=True, slots=True)
class Node:
    """Some tables, merged in the order given.

    Attributes
    ----------
    name
        SHA-256 over the names below, as 64 hex digits.
    n_tables
        Number of tables below.
    tables
        Names of the statistics of a leaf, in the order of their tables' keys; empty in an inner node.
    children
        By the next hex digit of the hash of the keys below, in the order of the digits; empty in a leaf.
    """

    name: str
    n_tables: int
    tables: tuple[str, ...] = ()
    children: tuple[tuple[str, Node], ...] = ()

    def inner(self) -> Iterator[Node]:
        """Yield the inner nodes from here down."""
        if self.children:
            yield self
        for _, child in self.children:
            yield from child.inner()


def grow(names: Mapping[str, str]) -> Node:
    """Return the root of the trie over the SHA-256 of tables' keys.

    A node of more than sixteen tables is split by the next hex digit; within a leaf the order is that of the keys'
    UTF-8 bytes.

    Parameters
    ----------
    names
        The name of each table's statistic, by the table's key; at least one.

    Raises
    ------
    ValueError
        There are none.
    """
    if not names:
        raise ValueError("expected at least one table")
    digests = {key: sha256(key.encode()).hexdigest() for key in names}
    return _grow(names, digests, sorted(names, key=digests.__getitem__), depth=0)


def _grow(names: Mapping[str, str], digests: Mapping[str, str], keys: list[str], depth: int) -> Node:
    """Return the node of keys whose digests agree in the first `depth` digits, given in the order of their digests."""
    if len(keys) <= LEAF_SIZE:
        tables = tuple(names[key] for key in sorted(keys, key=str.encode))
        return Node(named("leaf", tables), len(keys), tables)
    groups = groupby(keys, key=lambda key: digests[key][depth])
    children = tuple((digit, _grow(names, digests, list(group), depth + 1)) for digit, group in groups)
    return Node(named("node", tuple(child.name for _, child in children)), len(keys), children=children)


def named(kind: str, names: tuple[str, ...]) -> str:
    """Return the name of what holds these names, in this order."""
    return sha256("\n".join((kind, *names)).encode()).hexdigest()
