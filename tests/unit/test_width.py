from __future__ import annotations

import pytest

from lr_core.data.columns import Columns
from lr_core.errors import Fault, InvalidInput
from lr_core.recipe import Recipe, complete, overlay
from lr_core.recipe.width import MOST_COLUMNS

TOO_MANY = tuple(f"c{number}" for number in range(MOST_COLUMNS))
WIDE = Columns(header=(*TOO_MANY, "y"), numeric=(*TOO_MANY, "y"), text=())


def refusal(recipe: Recipe, columns: Columns) -> Fault:
    with pytest.raises(InvalidInput) as caught:
        complete(recipe, columns, "data/m/a.csv")
    (fault,) = caught.value.faults
    return fault


def test_as_many_features_as_fit_are_taken_by_default_and_by_name() -> None:
    columns = Columns(header=(*TOO_MANY[1:], "y"), numeric=(*TOO_MANY[1:], "y"), text=())
    assert len(complete(Recipe(), columns, "k").columns) == MOST_COLUMNS
    assert overlay(Recipe(), {"features": list(TOO_MANY[1:])}).features == TOO_MANY[1:]


def test_one_more_is_refused_with_number_memory_and_remedy() -> None:
    assert refusal(Recipe(), WIDE) == Fault(
        "data/m/a.csv: expected at most 2,047 features, found 2,048: training on them would take about 0.6 GB of "
        "memory; name those that count (a request's features, a command's --features)",
        "/features",
    )


def test_a_hundred_thousand_would_take_more_than_any_machine_has() -> None:
    names = tuple(f"c{number}" for number in range(100_000))
    assert "found 100,000: training on them would take about 1,440.0 GB" in (
        refusal(Recipe(), Columns(header=(*names, "y"), numeric=names, text=("y",))).detail
    )


def test_a_recipe_that_names_too_many_is_refused_before_there_is_a_table() -> None:
    with pytest.raises(InvalidInput, match="expected at most 2,047 features, found 2,048") as caught:
        overlay(Recipe(), {"target": "y", "features": list(TOO_MANY)})
    assert [fault.pointer for fault in caught.value.faults] == ["/features"]


def test_of_a_wide_table_the_features_that_are_named_count_alone() -> None:
    assert complete(Recipe(features=("c1", "c0")), WIDE, "k").columns == ("c1", "c0", "y")
