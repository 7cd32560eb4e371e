from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lr_core.formula import formula
from lr_core.model import LinearModel
from lr_core.protocols.v2 import arrays, lists

if TYPE_CHECKING:
    from collections.abc import Sequence

finite = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e150, max_value=1e150)


def by_definition(row: Sequence[float], intercept: float, coef: Sequence[float]) -> float:
    """Add the products from left to right, each rounded to a double."""
    total = intercept
    for c, x in zip(coef, row, strict=True):
        total = total + c * x
    return total


def bits(values: Sequence[float]) -> list[str]:
    return [float(value).hex() for value in values]


@given(st.data(), st.integers(0, 40), st.integers(0, 3))
def test_products_are_added_from_left_to_right(data: st.DataObject, n_features: int, n_rows: int) -> None:
    row = st.lists(finite, min_size=n_features, max_size=n_features)
    coef, intercept = data.draw(row), data.draw(finite)
    rows = [data.draw(row) for _ in range(n_rows)]
    expected = [by_definition(each, intercept, coef) for each in rows]
    assert bits(formula(n_features)(rows, intercept, coef)) == bits(expected)


def test_what_rounding_loses_is_not_carried_on_any_python() -> None:
    # `sum` gives 1.0 from Python 3.12 on, and 0.0 before.
    assert formula(3)([(1e16, 1.0, -1e16)], 0.0, (1.0, 1.0, 1.0)) == [0.0]


@pytest.mark.parametrize("n_features", [15, 16, 17, 2047])
def test_a_wide_model_has_the_same_arithmetic(n_features: int) -> None:
    coef = [1 / (i + 1) for i in range(n_features)]
    row = [float(i % 7) - 3 for i in range(n_features)]
    assert bits(formula(n_features)([row], 0.1, coef)) == bits([by_definition(row, 0.1, coef)])


def test_a_row_of_another_length_is_an_error() -> None:
    model = LinearModel(("a", "b"), (1.0, 2.0), 0.0)
    for row in ([1.0], [1.0, 2.0, 3.0]):
        with pytest.raises(ValueError, match="unpack"):
            model.predict([row])


@given(st.data(), st.integers(1, 5), st.integers(0, 5))
def test_lists_and_arrays_predict_the_same_to_the_last_bit(data: st.DataObject, n_features: int, n_rows: int) -> None:
    coef = data.draw(st.lists(finite, min_size=n_features, max_size=n_features))
    model = LinearModel(tuple(map(str, range(n_features))), tuple(coef), data.draw(finite))
    column = st.lists(finite, min_size=n_rows, max_size=n_rows)
    columns = [data.draw(column) for _ in range(n_features)]
    matrix = [x for row in zip(*columns, strict=True) for x in row]
    expected = bits(model.predict(zip(*columns, strict=True)))
    for tensors in (columns, [matrix]):
        assert bits(arrays.predict(model, tensors).tolist()) == bits(lists.predict(model, tensors)) == expected
