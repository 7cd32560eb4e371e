from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lr_core.errors import InvalidInput, ModelForgotten
from lr_core.life.forgetting import forget, undo
from lr_core.life.point import promote, rollback
from lr_core.repository import aliases
from lr_core.repository.keys import LATEST, forgotten_key
from lr_core.store import open_store
from lr_core.training.request import TrainRequest
from lr_core.training.train import train
from tests.stores import opened

if TYPE_CHECKING:
    from pathlib import Path

    from lr_core.repository.alias import Alias
    from lr_core.store import Store
    from lr_core.training.request import TrainResult

CAUSE = {"source": "/test", "id": "1"}
A, B, C = b"bmi,y\n1,2\n2,4\n", b"bmi,y\n3,9\n7654321,1\n", b"bmi,y\n5,8\n"
PLANTED = b"7654321"
KEY = "data/m/b.csv"


@pytest.fixture(params=["memory", "file", pytest.param("s3", marks=pytest.mark.heavy)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Open an empty store; a bucket only for the heavy proof, for there are many calls."""
    return opened(request, tmp_path)


def learn(store: Store, **fields: Any) -> TrainResult:
    return train(store, TrainRequest("m", CAUSE, fields))


def filled(store: Store, **tables: bytes) -> Store:
    for name, data in tables.items():
        store.create(f"data/m/{name}.csv", data)
    return store


def alone(**tables: bytes) -> Alias:
    return learn(filled(open_store("memory://"), **tables)).alias


def latest(store: Store) -> Alias:
    found = aliases.read(store, "m", LATEST)
    assert found is not None
    return found


def objects(store: Store) -> dict[str, bytes]:
    return {item.key: store.get(item.key).data for item in store.list_objects("")}


@pytest.fixture
def grown(store: Store) -> list[TrainResult]:
    """Train on a, on a and b, and on a, b and c."""
    filled(store, a=A)
    first = learn(store)
    filled(store, b=B)
    second = learn(store)
    filled(store, c=C)
    return [first, second, learn(store)]


def version(result: TrainResult) -> str:
    assert result.alias.version
    return result.alias.version


def test_a_forgotten_table_leaves_latest_to_the_others(store: Store, grown: list[TrainResult]) -> None:
    forget(store, "m", KEY, CAUSE)
    assert latest(store).model_document == alone(a=A, c=C).model_document
    assert latest(store).generation == grown[2].alias.generation + 1


def test_no_object_keeps_a_trace_of_its_rows(store: Store, grown: list[TrainResult]) -> None:
    promote(store, "m", version(grown[1]), "production", CAUSE)
    coefficients = [repr(each.document.coef[0]).encode() for each in grown[1:] if each.document]
    forget(store, "m", KEY, CAUSE)
    for key, data in objects(store).items():
        for trace in (PLANTED, *coefficients):
            assert trace not in data, key
    once = filled(open_store("memory://"), a=A, c=C)
    learn(once)
    assert len(list(store.list_objects("statistics/m/"))) == len(list(once.list_objects("statistics/m/")))


def test_a_refused_table_leaves_no_trace_either(store: Store) -> None:
    filled(store, a=A, b=b"bmi,y\n1,planted\n")
    learn(store)
    learn(store, intercept=False)
    assert any(b"planted" in data for key, data in objects(store).items() if key != KEY)
    forget(store, "m", KEY, CAUSE)
    assert not [key for key, data in objects(store).items() if b"planted" in data]


def test_every_version_that_learned_it_is_overwritten_in_place(store: Store, grown: list[TrainResult]) -> None:
    mark = forget(store, "m", KEY, CAUSE)
    said = {"format": 1, "forgotten": {"key": KEY, "at": mark.at, "cause": CAUSE}}
    for result in grown[1:]:
        for part in ("model.json", "inference.json"):
            assert json.loads(store.get(f"models/m/versions/{version(result)}/{part}").data) == said
    kept = json.loads(store.get(f"models/m/versions/{version(grown[0])}/model.json").data)
    assert kept["version"] == version(grown[0])


def test_every_alias_moves_and_only_those_on_such_a_version_change(store: Store, grown: list[TrainResult]) -> None:
    promote(store, "m", version(grown[0]), "clean", CAUSE)
    promote(store, "m", version(grown[1]), "production", CAUSE)
    forget(store, "m", KEY, CAUSE)
    moved = {name: aliases.read(store, "m", name) for name in ("clean", "production")}
    assert [alias.generation for alias in moved.values() if alias] == [2, 2]
    assert moved["clean"]
    assert moved["clean"].model_document == grown[0].alias.model_document
    assert moved["production"]
    assert moved["production"].model_document == latest(store).model_document


def test_forgetting_the_last_table_empties_the_aliases(store: Store) -> None:
    filled(store, b=B)
    first = learn(store)
    promote(store, "m", version(first), "production", CAUSE)
    forget(store, "m", KEY, CAUSE)
    production = aliases.read(store, "m", "production")
    assert production
    assert [latest(store).version, production.version] == [None, None]
    assert latest(store).recipe == first.alias.recipe


def test_bytes_that_were_forgotten_are_not_learned_again_and_others_are(store: Store, grown: list[TrainResult]) -> None:
    assert grown
    forget(store, "m", KEY, CAUSE)
    filled(store, b=B)
    kept_out = learn(store).alias
    assert kept_out.model_document == alone(a=A, c=C).model_document
    assert [each["key"] for each in kept_out.excluded] == [KEY]
    assert kept_out.excluded[0]["problem"]["type"].endswith("/table-forgotten")
    assert learn(store).alias == kept_out
    store.replace(KEY, b"bmi,y\n3,9\n", store.get(KEY).etag)
    assert learn(store).alias.model_document == alone(a=A, b=b"bmi,y\n3,9\n", c=C).model_document


def test_a_forgetting_that_is_taken_back_lets_the_bytes_be_learned_again(
    store: Store, grown: list[TrainResult]
) -> None:
    before = {key: data for key, data in objects(store).items() if key.startswith("models/m/versions/")}
    forget(store, "m", KEY, CAUSE)
    filled(store, b=B)
    learn(store)
    undo(store, "m", KEY)
    again = learn(store).alias
    assert again.model_document == grown[2].alias.model_document
    after = {key: data for key, data in objects(store).items() if version(grown[2]) in key}
    assert after == {key: data for key, data in before.items() if key in after}


def test_forgetting_again_repeats_it_and_adds_what_the_key_had_since(store: Store, grown: list[TrainResult]) -> None:
    assert grown
    first = forget(store, "m", KEY, CAUSE)
    filled(store, b=b"bmi,y\n3,9\n")
    learn(store)
    second = forget(store, "m", KEY, {"source": "/test", "id": "2"})
    assert set(second.digests) > set(first.digests)
    assert json.loads(store.get(forgotten_key("m", KEY)).data)["digests"] == second.digests
    assert latest(store).model_document == alone(a=A, c=C).model_document
    third = forget(store, "m", KEY, CAUSE)
    assert (third.digests, latest(store).generation) == (second.digests, 7)


def test_a_table_that_is_gone_can_be_forgotten(store: Store, grown: list[TrainResult]) -> None:
    store.delete(KEY)
    learn(store)
    forget(store, "m", KEY, CAUSE)
    with pytest.raises(ModelForgotten, match=KEY):
        rollback(store, "m", version(grown[1]), CAUSE)


def test_what_was_forgotten_is_neither_rolled_back_to_nor_promoted(store: Store, grown: list[TrainResult]) -> None:
    forget(store, "m", KEY, CAUSE)
    before = objects(store)
    for target in (version(grown[1]), "2"):
        with pytest.raises(ModelForgotten):
            rollback(store, "m", target, CAUSE)
    with pytest.raises(ModelForgotten):
        promote(store, "m", version(grown[1]), "production", CAUSE)
    assert objects(store) == before


def test_a_mark_alone_keeps_a_version_from_coming_back(store: Store, grown: list[TrainResult]) -> None:
    mark = forget(store, "m", KEY, CAUSE)
    other = filled(open_store("memory://"), a=A, b=B)
    learn(other)
    key = f"models/m/versions/{version(grown[1])}/model.json"
    store.replace(key, other.get(key).data, store.get(key).etag)  # as a forgetting that was killed leaves it
    with pytest.raises(ModelForgotten, match=mark.at):
        promote(store, "m", version(grown[1]), "production", CAUSE)


def test_forgetting_where_the_rest_cannot_be_learned_leaves_no_version(store: Store) -> None:
    filled(store, b=B)
    learn(store)
    filled(store, x=b"bmi,y\n1,x\n")
    forget(store, "m", KEY, CAUSE)
    assert (latest(store).version, next(store.list_objects("data/m/")).key) == (None, "data/m/x.csv")


def test_what_an_alias_said_of_a_refused_table_goes_also_where_nothing_can_be_learned(store: Store) -> None:
    filled(store, a=A, b=b"bmi,y\n1,planted\n")
    learn(store)
    store.replace("data/m/a.csv", b"bmi,y\n1,x\n", store.get("data/m/a.csv").etag)
    forget(store, "m", KEY, CAUSE)
    assert latest(store).version == alone(a=A).version
    assert not [key for key, data in objects(store).items() if b"planted" in data]


@pytest.mark.parametrize("key", ["data/m/never.csv", "data/other/b.csv", "data/m/", "b.csv", "data/m/_b.csv"])
def test_what_never_was_a_table_cannot_be_forgotten(store: Store, grown: list[TrainResult], key: str) -> None:
    assert grown
    before = objects(store)
    with pytest.raises(InvalidInput, match=r"table"):
        forget(store, "m", key, CAUSE)
    assert objects(store) == before


def test_what_was_not_forgotten_cannot_be_taken_back(store: Store, grown: list[TrainResult]) -> None:
    assert grown
    with pytest.raises(InvalidInput, match="not forgotten"):
        undo(store, "m", KEY)


def test_an_alias_that_holds_nothing_moves_too(store: Store, grown: list[TrainResult]) -> None:
    assert grown
    store.create("models/m/aliases/new.json", b'{"format":1,"generation":0,"at":"","cause":{}}')
    forget(store, "m", KEY, CAUSE)
    assert json.loads(store.get("models/m/aliases/new.json").data)["generation"] == 1
    assert aliases.read(store, "m", "new") is None
