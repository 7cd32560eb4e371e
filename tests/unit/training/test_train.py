from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from lr_core.errors import DatasetNotFound, InvalidInput
from lr_core.repository.keys import history_key
from lr_core.store import Store, open_store
from lr_core.training.request import TrainRequest
from lr_core.training.train import train

if TYPE_CHECKING:
    from io import RawIOBase

    from lr_core.document import Document
    from lr_core.training.request import TrainResult

LINE = b"bmi,y\n1,2\n2,4\n"


def learn(store: Store, **fields: Any) -> TrainResult:
    return train(store, TrainRequest("m", {"source": "/test", "id": "1"}, fields))


def described(result: TrainResult) -> Document:
    assert result.document is not None
    return result.document


def read(store: Store, key: str) -> Any:
    return json.loads(store.get(key).data)


def test_a_training_writes_the_objects_of_the_contract(store: Store) -> None:
    store.create("data/m/a.csv", LINE)
    result = learn(store)
    version = result.alias.version
    assert sorted(item.key for item in store.list_objects("models/m/")) == [
        "models/m/aliases/latest.json",
        "models/m/history/latest/000000000000.json",
        f"models/m/versions/{version}/inference.json",
        f"models/m/versions/{version}/lineage.json",
        f"models/m/versions/{version}/model.json",
    ]
    assert len(list(store.list_objects("statistics/m/"))) == 2  # the table's statistic, and the index
    alias = read(store, "models/m/aliases/latest.json")
    assert alias["document"] == read(store, f"models/m/versions/{version}/model.json")
    assert alias["recipe"] == {
        "target": "y",
        "features": [{"name": "bmi"}],
        "intercept": True,
        "solver": "exact",
        "hyperparameters": {},
        "missing": "refuse",
        "unseen": "refuse",
    }
    assert len(alias["listing"]) == 64
    lineage = read(store, f"models/m/versions/{version}/lineage.json")
    digest = sha256(LINE).hexdigest()
    assert lineage["tables"] == [{"key": "data/m/a.csv", "digest": digest, "n_samples": 2, "n_dropped": 0}]
    inference = read(store, f"models/m/versions/{version}/inference.json")
    assert inference["feature_means"] == [1.5]
    assert inference["factor"] == pytest.approx(np.array([[np.sqrt(0.5)]]))


def test_the_evaluation_has_all_keys_and_those_of_a_later_release_are_null(store: Store) -> None:
    store.create("data/m/a.csv", LINE + b"3,7\n")
    evaluation = described(learn(store)).evaluation
    filled = {"n_samples", "n_tables", "df_resid", "r2", "adjusted_r2", "mse", "rmse"}
    assert {name for name, value in evaluation.items() if value is not None} == filled
    assert len(evaluation) == 19


def test_equal_tables_give_equal_bytes_on_any_store(store: Store) -> None:
    other = open_store("memory://")
    for target in (store, other):
        for number in range(5):
            target.create(f"data/m/{number}.csv", b"a,b,y\n%d,1,2\n0.1,%d,4\n3,2,1e3\n" % (number, number))
        learn(target)
    keys = [item.key for item in other.list_objects("models/m/versions/")]
    assert [store.get(key).data for key in keys] == [other.get(key).data for key in keys]


def test_tables_that_come_one_by_one_end_in_the_version_of_all_at_once(store: Store) -> None:
    once = open_store("memory://")
    tables = {f"data/m/{number}.csv": b"a,y\n%d,1\n0.1,%d\n" % (number, number) for number in range(3)}
    for key, data in tables.items():
        once.create(key, data)
        store.create(key, data)
        learn(store)
    assert learn(store).alias.model_document == learn(once).alias.model_document


def test_a_version_that_exists_is_named_again_and_not_solved_again(store: Store) -> None:
    store.create("data/m/a.csv", LINE)
    first = learn(store)
    learn(store, intercept=False)
    key = f"models/m/versions/{first.alias.version}/model.json"
    marked = store.get(key).data.replace(b'"library":"2.0.0"', b'"library":"marked"')
    store.replace(key, marked, store.get(key).etag)
    again = learn(store, intercept=True)
    assert (again.alias.generation, again.trained) == (3, True)
    assert again.alias.model_document == marked


def test_a_table_that_cannot_be_learned_moves_the_alias_and_leaves_the_version(store: Store) -> None:
    store.create("data/m/a.csv", LINE)
    first = learn(store)
    store.create("data/m/b.csv", b"bmi,y\n1,x\n")
    second = learn(store)
    assert (second.alias.generation, second.trained) == (2, False)
    assert second.alias.version == first.alias.version
    assert [each["key"] for each in second.alias.excluded] == ["data/m/b.csv"]
    store.replace("data/m/b.csv", b"bmi,y\n1,3\n", store.get("data/m/b.csv").etag)
    third = learn(store)
    assert (third.alias.excluded, described(third).evaluation["n_samples"]) == ([], 3)


def test_only_the_first_hundred_refused_tables_are_named_and_all_are_counted() -> None:
    store = open_store("memory://")
    store.create("data/m/a.csv", LINE)
    for number in range(120):
        store.create(f"data/m/bad{number:03d}.csv", b"")
    alias = learn(store).alias
    assert (len(alias.excluded), alias.excluded_count) == (100, 120)
    assert alias.excluded[99]["key"] == "data/m/bad099.csv"


def test_rows_with_missing_values_are_dropped_where_the_recipe_says_so(store: Store) -> None:
    store.create("data/m/a.csv", LINE + b",5\n3,\n")
    with pytest.raises(InvalidInput, match="--missing drop"):
        learn(store)
    result = learn(store, missing="drop")
    lineage = read(store, f"models/m/versions/{result.alias.version}/lineage.json")
    assert [(each["n_samples"], each["n_dropped"]) for each in lineage["tables"]] == [(2, 2)]


def test_no_table_leaves_no_trace(store: Store) -> None:
    with pytest.raises(DatasetNotFound):
        learn(store)
    assert list(store.list_objects("")) == []


def test_trainers_at_once_agree_on_one_version_and_lose_no_generation(store: Store) -> None:
    store.create("data/m/a.csv", LINE)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: learn(store), range(8)))
    assert {each.alias.version for each in results} == {results[0].alias.version}
    alias = read(store, "models/m/aliases/latest.json")
    for generation in range(alias["generation"]):
        assert store.get(history_key("m", "latest", generation))


class ChangesWhileRead(Store):
    """A store in which somebody replaces a table between the listing and the reading."""

    changes = 1

    def open(self, key: str, etag: str) -> RawIOBase:
        if self.changes:
            self.changes -= 1
            super().replace(key, LINE + b"3,9\n", etag)
        return super().open(key, etag)


def test_a_table_that_changes_while_it_is_read_is_read_as_it_became() -> None:
    plain = open_store("memory://")
    store = ChangesWhileRead(plain.url, plain._store, plain._lock)
    plain.create("data/m/a.csv", LINE)
    result = learn(store)
    assert described(result).evaluation["n_samples"] == 3
    assert result.alias.version == learn(plain).alias.version


def test_a_large_table_is_streamed_and_gives_the_same_model() -> None:
    store = open_store("memory://")
    rows = np.random.default_rng(0).normal(size=(200_000, 3))
    lines = "\n".join(",".join(map(repr, row)) for row in rows.tolist())
    data = ("a,b,y\n" + lines + "\n").encode()
    assert len(data) > 8 << 20
    store.create("data/m/a.csv", data)
    result = learn(store)
    X = np.column_stack([np.ones(len(rows)), rows[:, :2]])
    expected = np.linalg.lstsq(X, rows[:, 2], rcond=None)[0]
    assert [described(result).intercept, *described(result).coef] == pytest.approx(expected, rel=1e-9)
    lineage = read(store, f"models/m/versions/{result.alias.version}/lineage.json")
    assert lineage["tables"][0]["digest"] == sha256(data).hexdigest()


def test_removing_a_table_gives_what_the_others_alone_would(store: Store) -> None:
    once = open_store("memory://")
    for number in range(3):
        store.create(f"data/m/{number}.csv", b"a,y\n%d,1\n0.1,%d\n" % (number, number))
    learn(store)
    store.delete("data/m/1.csv")
    for number in (0, 2):
        once.create(f"data/m/{number}.csv", b"a,y\n%d,1\n0.1,%d\n" % (number, number))
    assert learn(store).alias.model_document == learn(once).alias.model_document


def test_after_the_last_table_the_alias_has_no_version_and_keeps_its_recipe(store: Store) -> None:
    store.create("data/m/a.csv", LINE)
    first = learn(store, solver="sgd")
    store.delete("data/m/a.csv")
    result = learn(store)
    summary = result.to_json()
    assert [summary[name] for name in ("version", "coef", "intercept", "evaluation")] == [None] * 4
    assert (summary["generation"], summary["n_samples"], summary["trained"]) == (2, 0, True)
    assert result.alias.recipe == first.alias.recipe
    with pytest.raises(DatasetNotFound):
        learn(store)
    store.create("data/m/a.csv", LINE)
    assert learn(store).alias.version == first.alias.version


def test_a_bad_table_in_place_of_the_only_good_one_leaves_the_version(store: Store) -> None:
    store.create("data/m/a.csv", LINE)
    first = learn(store)
    store.replace("data/m/a.csv", b"bmi,y\n1,x\n", store.get("data/m/a.csv").etag)
    with pytest.raises(InvalidInput):
        learn(store)
    assert read(store, "models/m/aliases/latest.json")["version"] == first.alias.version


def test_a_bad_table_beside_a_good_one_that_went_empties_the_alias(store: Store) -> None:
    store.create("data/m/a.csv", LINE)
    learn(store)
    store.create("data/m/b.csv", b"bmi,y\n1,x\n")
    store.delete("data/m/a.csv")
    result = learn(store)
    assert (result.alias.version, result.alias.excluded_count) == (None, 1)
