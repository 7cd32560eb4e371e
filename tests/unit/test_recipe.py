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
        ({"drop": "a"}, ["/drop"]),
        ({"drop": [1, ""]}, ["/drop/0", "/drop/1"]),
        ({"hash": ["a", "b", "a"]}, ["/hash/2"]),
        ({"drop": ["a"], "hash": ["b", "a"]}, ["/hash/1"]),
        ({"target": "b", "drop": ["a", "b"]}, ["/target"]),
        ({"features": ["a", "b", "c"], "drop": ["c"], "hash": ["b"]}, ["/features/1", "/features/2"]),
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


def test_what_is_dropped_or_hashed_is_stored_in_one_order_and_left_out_where_there_is_none() -> None:
    recipe = overlay(Recipe(), {"drop": ["name", "email"], "hash": ["id"]})
    assert (recipe.to_json()["drop"], recipe.to_json()["hash"]) == (["email", "name"], ["id"])
    assert overlay(Recipe(), recipe.to_json()) == recipe
    assert overlay(Recipe(), {"drop": ["email", "name"], "hash": ["id"]}) == recipe
    nothing: object
    for nothing in ([], None):
        assert not {"drop", "hash"} & overlay(recipe, {"drop": nothing, "hash": nothing}).to_json().keys()


def test_the_default_passes_over_what_is_dropped_or_hashed() -> None:
    recipe = overlay(Recipe(), {"drop": ["id"], "hash": ["y"]})
    assert complete(recipe, COLUMNS, "k").columns == ("bmi", "age", "city")
    assert complete(Recipe(target="y", hash=("age", "city")), COLUMNS, "k").columns == ("id", "bmi", "y")


def test_a_table_that_lacks_what_is_dropped_does_not_decide_what_the_features_are() -> None:
    recipe = Recipe(drop=("ID",), hash=("bmi",))
    with pytest.raises(
        InvalidInput, match=r"^k: expected the column 'ID', which the recipe drops, found none"
    ) as error:
        complete(recipe, COLUMNS, "k")
    assert [fault.pointer for fault in error.value.faults] == ["/drop"]
    named = Recipe(target="y", features=("age",), drop=("ID",))
    assert named.is_complete


def test_a_table_of_nothing_but_what_is_dropped_has_no_target() -> None:
    with pytest.raises(InvalidInput, match="expected a column beside those that are dropped or hashed"):
        complete(Recipe(drop=("a",), hash=("b",)), Columns(("a", "b"), ("a", "b"), ()), "k")


def test_what_is_dropped_later_leaves_the_features_that_nobody_names_anew() -> None:
    recipe = Recipe(target="y", features=("id", "bmi", "age"))
    assert overlay(recipe, {"drop": ["id"], "hash": ["age"]}).features == ("bmi",)
    assert overlay(recipe, {"drop": ["id"], "target": "bmi"}).features is None


@pytest.mark.parametrize(
    ("fields", "pointers"),
    [
        ({"drop": ["b", "y"]}, ["/drop/1"]),
        ({"hash": ["y"]}, ["/hash/0"]),
        ({"drop": ["a"]}, ["/drop"]),
        ({"drop": ["b"], "hash": ["a"]}, ["/hash"]),
        ({"drop": ["n"]}, ["/drop/0"]),
        ({"features": ["c", "n"]}, ["/features/1"]),
        ({"target": "n"}, ["/target"]),
    ],
)
def test_what_is_dropped_cannot_be_what_a_recipe_uses_already(fields: dict[str, object], pointers: list[str]) -> None:
    recipe = Recipe(target="y", features=("a",), hash=("n",))
    with pytest.raises(InvalidInput) as error:
        overlay(recipe, fields)
    assert [fault.pointer for fault in error.value.faults] == pointers
