"""The order of merging: a tree that the set of keys alone decides.

Rounding makes merging depend on its order in the last bits. With the tree, the same tables in any order of arrival
give the same bytes; and a table that comes, changes or goes touches the one path from its leaf to the root.
"""

from __future__ import annotations

from functools import reduce
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING

from lr_core.statistics.statistic import merge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lr_core.statistics.statistic import Statistic

__all__ = ["merge_tree"]

LEAF_SIZE = 16
"""A node of more tables is split."""


def merge_tree(statistics: Mapping[str, Statistic]) -> Statistic:
    """Merge statistics along the trie over the SHA-256 of their keys.

    A node that holds more than sixteen tables is split by the next hex digit, its children merged in the order of
    that digit; within a leaf the order is that of the keys' UTF-8 bytes.

    Parameters
    ----------
    statistics
        One a table, by the table's key; at least one.

    Raises
    ------
    ValueError
        There are none.
    """
    if not statistics:
        raise ValueError("expected at least one statistic")
    digests = {key: sha256(key.encode()).hexdigest() for key in statistics}
    return _merge_node(statistics, digests, depth=0)


def _merge_node(statistics: Mapping[str, Statistic], digests: Mapping[str, str], depth: int) -> Statistic:
    """Merge the tables of one node, whose digests agree in the first `depth` digits."""
    if len(digests) <= LEAF_SIZE:
        return reduce(merge, (statistics[key] for key in sorted(digests, key=str.encode)))
    by_digit = groupby(sorted(digests, key=digests.__getitem__), key=lambda key: digests[key][depth])
    children = ({key: digests[key] for key in keys} for _, keys in by_digit)
    return reduce(merge, (_merge_node(statistics, child, depth + 1) for child in children))
