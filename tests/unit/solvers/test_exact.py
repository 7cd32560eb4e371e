from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression

from lr_core.errors import InvalidInput
from lr_core.solvers.exact import solve
from lr_core.solvers.solution import quoted
from lr_core.statistics.statistic import accumulate, nothing, summarise

if TYPE_CHECKING:
    from lr_core.solvers.solution import Solution

RANDOM = np.random.default_rng(5)
X1, X2 = RANDOM.normal(size=(2, 400))
Y = 3 * X1 - X2 + RANDOM.normal(size=400)


def fit(X: np.ndarray, y: np.ndarray, *, intercept: bool = True, size: int = 64) -> Solution:
    names = [f"x{number}" for number in range(1, X.shape[1] + 1)]
    chunks = ((X[i : i + size], y[i : i + size]) for i in range(0, len(y), size))
    return solve(accumulate(chunks, X.shape[1], intercept=intercept), names)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize(
    "X",
    [
        np.column_stack([X1, X2]),
        np.column_stack([X1, X2, X1 + X2]),
        np.column_stack([X1, 2 * X1]),
        np.column_stack([X1, 2 * X1, X2, X2 - X1, np.full(400, 3.0)]),
        np.column_stack([X1 + 100, X2 + 50, X1 + X2 + 150]),
        RANDOM.normal(size=(400, 3)) * [0.1, 1.0, 10.0],
    ],
)
def test_the_answer_is_scikit_learns(X: np.ndarray, *, intercept: bool) -> None:
    expected = LinearRegression(fit_intercept=intercept).fit(X, Y)
    found = fit(X, Y, intercept=intercept)
    np.testing.assert_allclose(found.coef, expected.coef_, rtol=1e-9, atol=1e-11)
    assert found.intercept == pytest.approx(expected.intercept_, rel=1e-9, abs=1e-11)


@settings(max_examples=60)
@given(shape=st.tuples(st.integers(1, 8), st.integers(1, 12)), seed=st.integers(0, 100), intercept=st.booleans())
def test_few_rows_give_scikit_learns_minimum_norm(shape: tuple[int, int], seed: int, *, intercept: bool) -> None:
    random = np.random.default_rng(seed)
    X, y = random.normal(size=shape), random.normal(size=shape[0])
    expected = LinearRegression(fit_intercept=intercept).fit(X, y)
    np.testing.assert_allclose(fit(X, y, intercept=intercept, size=3).coef, expected.coef_, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("size", [100, 4096, 100_000])
@pytest.mark.parametrize("offset", [0.0, 1e3, 1e6, 1e9])
def test_a_sum_of_columns_is_found_dependent_and_named(size: int, offset: float) -> None:
    random = np.random.default_rng(6)
    a, b, c = random.normal(size=(3, 100_000)) + offset
    found = fit(np.column_stack([a, b, a + b, c]), a - offset, size=size)
    assert found.rank == 3
    assert len(found.warnings) == 1
    assert found.warnings[0].endswith("'x1', 'x2', 'x3'")


def test_a_dependence_is_found_among_columns_of_very_different_size() -> None:
    X = np.column_stack([X1 * 1e8, X1 * 2e8, X2 * 1e-8, X2 * 3e-8])
    found = fit(X, Y)
    assert found.rank == 2
    reference = fit(np.column_stack([X1, X2]), Y).coef
    expected = [reference[0] / 5e8, reference[0] * 2 / 5e8, reference[1] / 10e-8, reference[1] * 3 / 10e-8]
    np.testing.assert_allclose(found.coef, expected, rtol=1e-12)


def test_a_constant_column_has_the_coefficient_zero_and_is_named() -> None:
    found = fit(np.column_stack([X1, np.full(400, 0.1), X2]), Y)
    assert found.coef[1] == 0.0
    assert found.rank == 2
    assert found.warnings == ("columns that are constant have the coefficient 0: 'x2'",)


def test_one_row_is_its_own_mean() -> None:
    found = fit(np.array([[2.0, 3.0]]), np.array([7.0]))
    assert (found.coef, found.intercept, found.rank) == ((0.0, 0.0), 7.0, 0)


def test_a_constant_target_needs_no_column() -> None:
    found = fit(np.column_stack([X1, X2]), np.full(400, 0.1))
    assert (found.coef, found.intercept) == ((0.0, 0.0), 0.1)


def test_without_an_intercept_it_is_zero() -> None:
    assert fit(np.column_stack([X1, X2]), Y + 5, intercept=False).intercept == 0.0


def test_no_rows_are_refused() -> None:
    with pytest.raises(InvalidInput, match="at least one row"):
        solve(nothing(2, intercept=True), ["a", "b"])


@pytest.mark.parametrize(("x_unit", "y_unit"), [(1e-300, 1e300), (1e-160, 1e155)])
def test_a_coefficient_beyond_the_range_of_doubles_is_refused(x_unit: float, y_unit: float) -> None:
    with pytest.raises(InvalidInput, match="units of like size"):
        fit(X1[:, None] * x_unit, Y * y_unit)


@pytest.mark.parametrize("unit", [1e-200, 1e-30, 1e30, 1e200])
def test_units_do_not_matter(unit: float) -> None:
    expected = fit(np.column_stack([X1, X2]), Y).coef
    found = fit(np.column_stack([X1 * unit, X2]), Y).coef
    np.testing.assert_allclose([found[0] * unit, found[1]], expected, rtol=1e-13)


@pytest.mark.parametrize("offset", [1e9, 1e12])
@pytest.mark.parametrize("size", [1, 10, 1000])
def test_an_offset_costs_slopes_no_digits(offset: float, size: int) -> None:
    X = np.random.default_rng(7).integers(-1000, 1000, size=(1000, 2)).astype(float)
    y = 2 * X[:, 0] - 3 * X[:, 1] + np.random.default_rng(8).integers(0, 9, size=1000)
    near, far = fit(X, y), fit(X + offset, y + offset, size=size)
    np.testing.assert_allclose(far.coef, near.coef, rtol=1e-14)


def test_the_order_of_chunks_matters_in_no_shown_digit() -> None:
    X = np.column_stack([X1, X2])
    a = summarise(X[:100], Y[:100], intercept=True)
    assert solve(a, ["a", "b"]) == solve(a, ["a", "b"])
    np.testing.assert_allclose(fit(X, Y, size=7).coef, fit(X[::-1], Y[::-1], size=50).coef, rtol=1e-12)


def test_a_list_of_names_ends_after_a_hundred() -> None:
    assert quoted(str(number) for number in range(101)).endswith("'99' and 1 more")
