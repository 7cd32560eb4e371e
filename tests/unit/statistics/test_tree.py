from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
import pytest

from lr_core.statistics.statistic import merge, summarise
from lr_core.statistics.tree import merge_tree

if TYPE_CHECKING:
    from lr_core.statistics.statistic import Statistic


def tables(count: int) -> dict[str, Statistic]:
    source = np.random.default_rng(1)
    return {
        f"data/default/{number}.csv": summarise(source.normal(size=(5, 2)), source.normal(size=5), intercept=True)
        for number in range(count)
    }


def as_bytes(statistic: Statistic) -> bytes:
    return statistic.origin.tobytes() + statistic.mean.tobytes() + statistic.factor.tobytes()


@pytest.mark.parametrize("count", [1, 16, 17, 300])
def test_the_order_of_arrival_changes_no_bit(count: int) -> None:
    statistics = tables(count)
    expected = as_bytes(merge_tree(statistics))
    keys = list(statistics)
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(count)
        assert as_bytes(merge_tree({keys[i]: statistics[keys[i]] for i in order})) == expected


def test_a_leaf_is_merged_in_the_order_of_its_keys() -> None:
    statistics = tables(3)
    a, b, c = (statistics[key] for key in sorted(statistics))
    assert as_bytes(merge_tree(statistics)) == as_bytes(merge(merge(a, b), c))


def test_a_node_of_seventeen_is_split_by_the_first_digit_of_the_hash() -> None:
    statistics = tables(17)
    digits = {key: sha256(key.encode()).hexdigest()[0] for key in statistics}
    children = [
        merge_tree({key: statistics[key] for key in statistics if digits[key] == digit})
        for digit in sorted(set(digits.values()))
    ]
    merged = children[0]
    for child in children[1:]:
        merged = merge(merged, child)
    assert as_bytes(merge_tree(statistics)) == as_bytes(merged)


def test_all_rows_are_in_the_root() -> None:
    assert merge_tree(tables(300)).n_samples == 1500


def test_nothing_cannot_be_merged() -> None:
    with pytest.raises(ValueError, match="at least one"):
        merge_tree({})
