from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lr_core.errors import InvalidInput, ModelNotFound
from lr_core.life.difference import difference
from lr_core.life.past import history, present
from lr_core.life.point import promote, rollback
from lr_core.repository import aliases
from lr_core.repository.keys import LATEST
from lr_core.store import open_store
from lr_core.training.request import TrainRequest
from lr_core.training.train import train

if TYPE_CHECKING:
    from lr_core.store import Store
    from lr_core.training.request import TrainResult

CAUSE = {"source": "/test", "id": "1"}


def learn(store: Store, **fields: Any) -> TrainResult:
    return train(store, TrainRequest("m", CAUSE, fields))


@pytest.fixture
def grown(store: Store) -> list[TrainResult]:
    """Train on one table, on two, and on two without an intercept."""
    store.create("data/m/a.csv", b"bmi,y\n1,2\n2,4\n")
    first = learn(store)
    store.create("data/m/b.csv", b"bmi,y\n3,9\n")
    return [first, learn(store), learn(store, intercept=False)]


def test_rolling_back_restores_version_document_and_recipe(store: Store, grown: list[TrainResult]) -> None:
    moved = rollback(store, "m", "1", CAUSE)
    was = grown[0].alias
    assert (moved.generation, moved.version, moved.recipe) == (4, was.version, was.recipe)
    assert moved.model_document == was.model_document


def test_a_version_and_its_generation_are_the_same_way_back(store: Store, grown: list[TrainResult]) -> None:
    version = grown[0].alias.version
    assert version
    by_version = rollback(store, "m", version, CAUSE)
    by_generation = rollback(store, "m", "1", CAUSE)
    assert by_version.model_document == by_generation.model_document
    assert by_version.recipe == by_generation.recipe


def test_the_clock_does_not_undo_a_rollback_and_a_change_of_the_tables_does(
    store: Store, grown: list[TrainResult]
) -> None:
    moved = rollback(store, "m", "1", CAUSE)
    assert learn(store).alias == moved
    store.create("data/m/c.csv", b"bmi,y\n5,11\n")
    again = learn(store)
    assert again.alias.version not in {each.alias.version for each in grown}
    assert again.alias.recipe == grown[0].alias.recipe


@pytest.mark.parametrize("target", ["9", "0", "ffffffffffff", "../../../..x"])
def test_what_never_was_cannot_be_gone_back_to(target: str) -> None:
    store = open_store("memory://")
    store.create("data/m/a.csv", b"bmi,y\n1,2\n2,4\n")
    before = learn(store).alias
    with pytest.raises(ModelNotFound):
        rollback(store, "m", target, CAUSE)
    assert present(store, "m", LATEST) == before


def test_a_model_that_is_not_there_has_no_past() -> None:
    store = open_store("memory://")
    for call in (lambda: rollback(store, "m", "1", CAUSE), lambda: history(store, "m", LATEST)):
        with pytest.raises(ModelNotFound):
            call()
    assert list(store.list_objects("")) == []


def test_promoting_moves_another_alias_alone(store: Store, grown: list[TrainResult]) -> None:
    first, second = grown[0].alias.version, grown[1].alias.version
    assert first
    assert second
    assert promote(store, "m", first, "production", CAUSE).generation == 1
    moved = promote(store, "m", second, "production", CAUSE)
    assert (moved.generation, moved.version) == (2, second)
    assert moved.model_document == grown[1].alias.model_document
    assert [each.version for each in history(store, "m", "production")] == [second, first]
    assert aliases.read(store, "m", LATEST) == grown[2].alias


@pytest.mark.parametrize("alias", ["latest", "../x", ""])
def test_only_other_aliases_are_promoted(store: Store, grown: list[TrainResult], alias: str) -> None:
    version = grown[0].alias.version
    assert version
    with pytest.raises(InvalidInput):
        promote(store, "m", version, alias, CAUSE)


def test_a_version_that_is_not_there_is_not_promoted(store: Store, grown: list[TrainResult]) -> None:
    assert grown
    with pytest.raises(ModelNotFound):
        promote(store, "m", "ffffffffffff", "production", CAUSE)
    assert aliases.read(store, "m", "production") is None


def test_history_shows_each_generation_that_held_something(store: Store, grown: list[TrainResult]) -> None:
    shown = history(store, "m", LATEST)
    assert [each.generation for each in shown] == [3, 2, 1]
    assert [each.version for each in shown] == [each.alias.version for each in reversed(grown)]


def test_a_record_of_the_present_that_a_crash_left_is_not_shown(store: Store, grown: list[TrainResult]) -> None:
    store.create("models/m/history/latest/000000000003.json", b"{}")
    assert [each.generation for each in history(store, "m", LATEST)] == [3, 2, 1]
    assert grown


def test_the_difference_of_two_versions_names_tables_recipe_and_coefficients(
    store: Store, grown: list[TrainResult]
) -> None:
    found = difference(store, "m", "1", "3")
    assert found["versions"] == [grown[0].alias.version, grown[2].alias.version]
    assert found["tables"] == {"added": ["data/m/b.csv"], "removed": [], "changed": []}
    assert found["recipe"] == {"intercept": [True, False]}
    assert found["coef"]["bmi"][0] == pytest.approx(2.0)
    assert found["evaluation"]["n_samples"] == [2, 3]
    assert difference(store, "m", "2", str(grown[1].alias.version))["evaluation"] == {}
