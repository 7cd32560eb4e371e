from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lr_core.errors import InvalidInput
from lr_core.statistics.statistic import accumulate, merge, nothing, summarise


def rows(n_samples: int, n_features: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.normal(size=(n_samples, n_features)), random.normal(size=n_samples)


def test_the_factor_is_the_root_of_the_centred_scatter() -> None:
    X, y = rows(50)
    statistic = summarise(X, y, intercept=True)
    table = np.column_stack([X, y])
    centred = table - table.mean(axis=0)
    np.testing.assert_allclose(statistic.factor.T @ statistic.factor, centred.T @ centred, atol=1e-12)
    np.testing.assert_allclose(statistic.origin + statistic.mean, table.mean(axis=0), atol=1e-15)
    assert (np.diagonal(statistic.factor) >= 0).all()
    assert (np.tril(statistic.factor, -1) == 0).all()


def test_without_an_intercept_nothing_is_centred() -> None:
    X, y = rows(50)
    statistic = summarise(X, y, intercept=False)
    table = np.column_stack([X, y])
    np.testing.assert_allclose(statistic.factor.T @ statistic.factor, table.T @ table, atol=1e-12)
    assert not statistic.origin.any()
    assert not statistic.mean.any()


@pytest.mark.parametrize("intercept", [True, False])
def test_no_rows_are_the_identity_of_merging(*, intercept: bool) -> None:
    X, y = rows(5)
    some = summarise(X, y, intercept=intercept)
    none = summarise(X[:0], y[:0], intercept=intercept)
    assert none.n_samples == 0
    assert merge(some, none) is some
    assert merge(nothing(3, intercept=intercept), some) is some


@settings(max_examples=50)
@given(
    cuts=st.lists(st.integers(0, 40), max_size=6).map(sorted),
    intercept=st.booleans(),
    offset=st.sampled_from([0.0, 1e6]),
)
def test_any_split_of_the_rows_amounts_to_the_same_statistic(
    cuts: list[int], *, intercept: bool, offset: float
) -> None:
    X, y = rows(40)
    X = X + offset
    whole = summarise(X, y, intercept=intercept)
    parts = list(zip(np.split(X, cuts), np.split(y, cuts), strict=True))
    merged = accumulate(parts, 3, intercept=intercept)
    assert merged.n_samples == 40
    np.testing.assert_allclose(merged.factor, whole.factor, rtol=1e-9, atol=1e-9 if offset == 0 or intercept else 1e-6)
    np.testing.assert_allclose(merged.origin + merged.mean, whole.origin + whole.mean, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("offset", [1e9, 1e12])
def test_an_offset_costs_the_mean_no_digits(offset: float) -> None:
    X = np.random.default_rng(0).integers(-1000, 1000, size=(4096, 2)).astype(float)
    y = X[:, 0] - X[:, 1]
    chunks = [(X[i : i + 64] + offset, y[i : i + 64]) for i in range(0, 4096, 64)]
    merged = accumulate(chunks, 2, intercept=True)
    near = accumulate([(chunk - offset, y) for chunk, y in chunks], 2, intercept=True)
    np.testing.assert_array_equal(merged.mean, near.mean)
    np.testing.assert_array_equal(merged.factor, near.factor)


def test_a_constant_column_stays_exactly_constant_through_merging() -> None:
    chunks = [(np.full((n, 1), 0.1), np.full(n, 1e300)) for n in (1, 7, 100)]
    assert not accumulate(chunks, 1, intercept=True).factor.any()


def test_fewer_rows_than_columns_give_a_square_factor() -> None:
    X, y = rows(2, n_features=5)
    assert summarise(X, y, intercept=True).factor.shape == (6, 6)


def test_statistics_of_different_columns_are_not_merged() -> None:
    a, b = summarise(*rows(5, 2), intercept=True), summarise(*rows(5, 3), intercept=True)
    with pytest.raises(ValueError, match="same columns"):
        merge(a, b)


def test_a_span_beyond_the_range_of_doubles_is_refused() -> None:
    X = np.array([[1.7e308], [-1.7e308]])
    with pytest.raises(InvalidInput, match="larger unit"):
        summarise(X, np.zeros(2), intercept=True)
    halves = [summarise(row.reshape(1, 1), np.zeros(1), intercept=True) for row in X]
    with pytest.raises(InvalidInput, match="larger unit"):
        merge(*halves)
