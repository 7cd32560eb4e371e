from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lr_core.cache.memory import Memory
from lr_core.errors import HashKeyMissing, InvalidInput
from lr_core.events.event import Event
from lr_core.events.types import CREATED
from lr_core.http.event import Events
from lr_core.life.clock import Clock
from lr_core.life.forgetting import forget
from lr_core.pseudonym import pseudonym
from lr_core.repository.keys import LATEST, alias_key
from lr_core.repository.marks import Marks
from lr_core.training.request import TrainRequest
from lr_core.training.train import train

if TYPE_CHECKING:
    from lr_core.store import Store
    from lr_core.training.request import TrainResult

CAUSE = {"source": "/test", "id": "1"}
KEY = "key"
TABLE = b"name,ssn,bmi,y\nJane,4711,1,2\nJoe,4712,2,4\nAnn,4713,4,9\n"
BAD = b"name,ssn,bmi,y\nJane,4711,Jane,2\n"


def learn(store: Store, *, hash_key: str | None = KEY, **fields: Any) -> TrainResult:
    return train(store, TrainRequest("m", CAUSE, fields, hash_key=hash_key))


def objects(store: Store) -> dict[str, bytes]:
    return {item.key: store.get(item.key).data for item in store.list_objects("") if not item.key.startswith("data/")}


@pytest.mark.parametrize("field", ["drop", "hash"])
def test_what_is_private_is_no_feature_and_no_warning_of_its_own(store: Store, field: str) -> None:
    store.create("data/m/a.csv", TABLE)
    fields: dict[str, Any] = {field: ["name", "ssn"]}
    document = learn(store, **fields).document
    assert document is not None
    assert (document.feature_names, document.target, document.warnings) == (["bmi"], "y", [])
    assert getattr(document, field) == ["name", "ssn"]


def test_a_model_is_the_same_as_without_the_private_columns(store: Store) -> None:
    store.create("data/m/a.csv", TABLE)
    document = learn(store, drop=["name"], hash=["ssn"]).document
    store.create("data/n/a.csv", b"bmi,y\n1,2\n2,4\n4,9\n")
    other = train(store, TrainRequest("n", CAUSE)).document
    assert document is not None
    assert other is not None
    assert (document.coef, document.intercept, document.evaluation) == (other.coef, other.intercept, other.evaluation)


def test_without_a_key_nothing_is_hashed_nothing_is_read_and_nothing_is_written(store: Store) -> None:
    store.create("data/m/a.csv", b"")  # to read it would be another error
    with pytest.raises(
        HashKeyMissing, match="'ssn' cannot be hashed: LR_HASH_KEY, the key for it, is not set"
    ) as error:
        learn(store, hash_key=None, hash=["ssn"])
    assert [fault.pointer for fault in error.value.faults] == ["/hash"]
    assert objects(store) == {}
    with pytest.raises(InvalidInput, match="expected a header"):
        learn(store, hash_key=None, drop=["ssn"])


def test_without_a_key_a_ping_says_so_and_a_forgetting_does_not_begin(store: Store) -> None:
    for name in "ab":
        store.create(f"data/m/{name}.csv", TABLE)
    learn(store, hash=["name", "ssn"])
    before = objects(store)
    with pytest.raises(HashKeyMissing):
        Clock(store, Memory()).one("m", CAUSE)
    with pytest.raises(HashKeyMissing):
        forget(store, "m", "data/m/a.csv", CAUSE)
    assert objects(store) == before
    assert Clock(store, Memory(), hash_key=KEY).one("m", {**CAUSE, "id": "2"}) is None
    forget(store, "m", "data/m/a.csv", CAUSE, KEY)
    assert learn(store).to_json()["n_samples"] == 3
    # A process without the key that meets the mark leaves `latest` to what it is.
    assert Marks(store, "m").all()
    with pytest.raises(HashKeyMissing):
        Clock(store, Memory()).one("m", CAUSE)
    assert learn(store).to_json()["n_samples"] == 3


def test_without_a_key_every_event_of_a_table_is_refused(store: Store) -> None:
    for name in "ab":
        store.create(f"data/m/{name}.csv", TABLE)
    learn(store, hash=["name", "ssn"])
    store.delete("data/m/b.csv")
    for name in "ab":
        attributes = {
            "specversion": "1.0",
            "id": name,
            "source": "s",
            "type": f"{CREATED}Put",
            "subject": f"data/m/{name}.csv",
        }
        with pytest.raises(HashKeyMissing):
            Events(store, Memory(), None, "m").answer(Event(attributes, b""))
        answer = Events(store, Memory(), None, "m", KEY).answer(Event(attributes, b""))
        assert answer.status == (200 if name == "a" else 204)


def test_what_is_dropped_later_leaves_features_statistics_and_messages(store: Store) -> None:
    store.create("data/m/a.csv", TABLE)
    store.create("data/m/b.csv", BAD)
    first = learn(store)
    assert first.document is not None
    assert first.document.feature_names == ["ssn", "bmi"]
    assert any(b"Jane" in data for key, data in objects(store).items() if key.startswith("statistics/"))
    second = learn(store, drop=["name", "ssn"])
    assert second.document is not None
    assert second.document.feature_names == ["bmi"]
    now = {key: data for key, data in objects(store).items() if key.startswith("statistics/") or "/aliases/" in key}
    assert len(now) == 3  # the alias, the statistic, the index
    assert not [key for key, data in now.items() if b"Jane" in data or b"4711" in data]


def test_a_refusal_of_hashed_columns_tells_cells_by_their_pseudonyms(store: Store) -> None:
    store.create("data/m/a.csv", TABLE)
    store.create("data/m/b.csv", BAD)
    (excluded,) = learn(store, hash=["name", "ssn"]).alias.excluded
    assert excluded["problem"]["errors"] == [
        {
            "detail": "data/m/b.csv, line 2, column 'bmi': expected a number, found a cell of the pseudonym "
            + pseudonym(KEY, "Jane"),
            "pointer": "",
        }
    ]


def test_a_table_whose_private_columns_are_spelled_otherwise_does_not_decide_the_features(store: Store) -> None:
    store.create("data/m/a.csv", b"Name,SSN,bmi,y\nJane,4711,1,2\n")
    with pytest.raises(InvalidInput, match="expected the column 'name', which the recipe drops, found none"):
        learn(store, drop=["name", "ssn"])
    assert objects(store) == {}
    store.create("data/m/b.csv", TABLE)
    result = learn(store, drop=["name", "ssn"])
    assert result.document is not None
    assert (result.document.feature_names, result.document.evaluation["n_samples"]) == (["bmi"], 4)


def test_the_recipe_that_an_alias_keeps_says_what_is_private(store: Store) -> None:
    store.create("data/m/a.csv", TABLE)
    learn(store, drop=["ssn", "name"])
    recipe = json.loads(store.get(alias_key("m", LATEST)).data)["recipe"]
    assert (recipe["drop"], "hash" in recipe) == (["name", "ssn"], False)
    assert not learn(store).trained
