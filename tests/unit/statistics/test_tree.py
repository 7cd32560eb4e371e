from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
import pytest

from lr_core.statistics.tree import grow

if TYPE_CHECKING:
    from lr_core.statistics.tree import Node


def names(count: int) -> dict[str, str]:
    return {f"data/default/{number}.csv": f"name of {number}" for number in range(count)}


def leaves(node: Node) -> list[str]:
    return [*node.tables, *(name for _, child in node.children for name in leaves(child))]


@pytest.mark.parametrize("count", [1, 16, 17, 300])
def test_the_order_of_arrival_changes_nothing(count: int) -> None:
    named = names(count)
    keys = list(named)
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(count)
        assert grow({keys[i]: named[keys[i]] for i in order}) == grow(named)


def test_a_leaf_is_in_the_order_of_the_bytes_of_its_keys() -> None:
    assert grow({"ü": "2", "z": "1", "\U0001f600": "4", "\uffff": "3"}).tables == ("1", "2", "3", "4")


def test_a_node_of_seventeen_is_split_by_the_first_digit_of_the_hash() -> None:
    named = names(17)
    digits = {key: sha256(key.encode()).hexdigest()[0] for key in named}
    assert grow(names(16)).children == ()
    assert grow(named).children == tuple(
        (digit, grow({key: named[key] for key in named if digits[key] == digit}))
        for digit in sorted(set(digits.values()))
    )


def test_every_table_is_below_the_root_once() -> None:
    root = grow(names(3000))
    assert sorted(leaves(root)) == sorted(names(3000).values())
    assert root.n_tables == 3000


def test_one_more_table_changes_the_names_of_one_path_alone() -> None:
    before, after = ({node.name for node in grow(names(count)).inner()} for count in (3000, 3001))
    assert len(after - before) <= 4


def test_another_statistic_of_a_table_changes_the_root() -> None:
    assert grow({"a": "1"}).name != grow({"a": "2"}).name


def test_nothing_cannot_be_merged() -> None:
    with pytest.raises(ValueError, match="at least one"):
        grow({})
