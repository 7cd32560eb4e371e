from __future__ import annotations

import pytest

from lr_core.data.columns import Columns
from lr_core.errors import InvalidInput
from lr_core.recipe import Recipe, complete, overlay

COLUMNS = Columns(header=("id", "bmi", "age", "city", "y"), numeric=("id", "bmi", "age", "y"), text=("city",))


def test_the_default_is_the_last_column_from_the_other_numeric_ones() -> None:
    assert complete(Recipe(), COLUMNS, "k").columns == ("id", "bmi", "age", "y")


def test_a_recipe_reads_back_from_its_json() -> None:
    recipe = overlay(Recipe(), {"target": "y", "features": ["b", {"name": "a"}], "solver": "sgd", "intercept": False})
    assert overlay(Recipe(), recipe.to_json()) == recipe
    assert recipe.to_json()["features"] == [{"name": "b"}, {"name": "a"}]


def test_hyperparameters_are_spelled_out() -> None:
    recipe = overlay(Recipe(), {"solver": "sgd", "hyperparameters": {"seed": 7}})
    assert set(recipe.hyperparameters) == {"eta0", "learning_rate", "epochs", "batch_size", "tol", "seed", "alpha"}
    assert recipe.hyperparameters["seed"] == 7


def test_a_field_replaces_a_field_and_null_means_its_default() -> None:
    recipe = Recipe(target="y", features=("a",), missing="drop")
    assert overlay(recipe, {"features": ["b", "c"]}).features == ("b", "c")
    assert overlay(recipe, {"missing": None}).missing == "refuse"
    assert overlay(recipe, {}) == recipe


def test_another_solver_clears_the_hyperparameters_and_another_target_the_features() -> None:
    recipe = overlay(Recipe(target="y", features=("a",)), {"solver": "sgd", "hyperparameters": {"eta0": 0.25}})
    assert overlay(recipe, {"solver": "exact"}).hyperparameters == {}
    assert overlay(recipe, {"solver": "sgd"}).hyperparameters["eta0"] == 0.25
    assert overlay(recipe, {"target": "z"}).features is None
    assert overlay(recipe, {"target": "y"}).features == ("a",)


@pytest.mark.parametrize(
    ("fields", "pointers"),
    [
        ({"targets": "y"}, ["/targets"]),
        ({"a/b~c": 1}, ["/a~1b~0c"]),
        ({"target": 1}, ["/target"]),
        ({"target": ""}, ["/target"]),
        ({"features": []}, ["/features"]),
        ({"features": "a"}, ["/features"]),
        ({"features": ["a", "a"]}, ["/features/1"]),
        ({"features": ["a", {"name": "b", "type": "category"}]}, ["/features/1/type"]),
        ({"features": [{"nam": "b"}]}, ["/features/0/nam"]),
        ({"features": [None]}, ["/features/0"]),
        ({"target": "a", "features": ["a"]}, ["/features"]),
        ({"intercept": 1}, ["/intercept"]),
        ({"solver": "magic"}, ["/solver"]),
        ({"solver": ["exact"]}, ["/solver"]),
        ({"hyperparameters": {"eta0": 1}}, ["/hyperparameters/eta0"]),
        (
            {"solver": "sgd", "hyperparameters": {"eta0": -1, "epoch": 3}},
            ["/hyperparameters/eta0", "/hyperparameters/epoch"],
        ),
        ({"hyperparameters": 3}, ["/hyperparameters"]),
        ({"missing": "keep"}, ["/missing"]),
        ({"solver": "x", "missing": 1, "unknown": 2}, ["/missing", "/solver", "/unknown"]),
    ],
)
def test_every_fault_is_named_by_its_place(fields: dict[str, object], pointers: list[str]) -> None:
    with pytest.raises(InvalidInput) as error:
        overlay(Recipe(), fields)
    assert [fault.pointer for fault in error.value.faults] == pointers


def test_a_table_of_text_has_nothing_to_learn_from() -> None:
    with pytest.raises(InvalidInput, match="expected rows with a number beside the target 'y'"):
        complete(Recipe(), Columns(("a", "y"), ("y",), ("a",)), "data/m/a.csv")
