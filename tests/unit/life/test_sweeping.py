from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from lr_core.life import sweeping
from lr_core.life.forgetting import Forgetting
from lr_core.life.keeping import let_go, unnamed
from lr_core.life.known import decided
from lr_core.life.point import promote
from lr_core.life.seen import Seen
from lr_core.life.sweeping import sweep
from lr_core.repository import aliases, marks
from lr_core.repository.keys import LATEST, history_key
from lr_core.store import open_store
from lr_core.training.request import TrainRequest
from lr_core.training.train import train

if TYPE_CHECKING:
    from pathlib import Path

    from lr_core.repository.alias import Alias
    from lr_core.repository.marks import Mark
    from lr_core.store import Store

CAUSE = {"source": "/test", "id": "1"}
A, B = b"bmi,y\n1,2\n2,4\n", b"bmi,y\n3,9\n7654321,1\n"
KEY = "data/m/b.csv"


def learn(store: Store, **fields: Any) -> Alias:
    return train(store, TrainRequest("m", CAUSE, fields)).alias


def traces(store: Store) -> list[str]:
    return [item.key for item in store.list_objects("") if b"7654321" in store.get(item.key).data]


def marked(store: Store, mark: Mark) -> Mark:
    """Decide a forgetting and do nothing of what follows, as if it had been killed."""
    return marks.put(store, "m", mark)


@pytest.fixture
def grown(store: Store) -> Alias:
    store.create("data/m/a.csv", A)
    learn(store)
    store.create(KEY, B)
    return learn(store)


def test_a_sweep_ends_a_forgetting_that_was_killed_after_its_mark(store: Store, grown: Alias) -> None:
    assert grown.version
    promote(store, "m", grown.version, "production", CAUSE)
    marked(store, decided(store, "m", KEY, CAUSE))
    assert sweep(store, TrainRequest("m", CAUSE)).forgotten == [KEY]
    assert traces(store) == []
    found = [aliases.read(store, "m", name) for name in (LATEST, "production")]
    assert [alias and alias.version == grown.version for alias in found] == [False, False]


def test_a_sweep_leaves_aliases_that_moved_since_the_mark(store: Store, grown: Alias) -> None:
    a_minute_ago = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    marked(store, msgspec.structs.replace(decided(store, "m", KEY, CAUSE), at=a_minute_ago))
    Forgetting(store, TrainRequest("m", CAUSE), marks.Marks(store, "m").all()[0]).complete()
    before = {item.key: store.get(item.key).data for item in store.list_objects("models/")}
    sweep(store, TrainRequest("m", CAUSE))
    assert {item.key: store.get(item.key).data for item in store.list_objects("models/")} == before
    assert grown


def test_a_sweep_leaves_a_table_that_was_put_since_the_mark(store: Store, grown: Alias) -> None:
    mark = decided(store, "m", KEY, CAUSE)
    marked(store, msgspec.structs.replace(mark, at="2026-01-01T00:00:00.000Z"))
    Forgetting(store, TrainRequest("m", CAUSE), marks.Marks(store, "m").all()[0], only_old=True).complete()
    assert store.get(KEY).data == B
    assert grown


def test_a_mark_older_than_a_day_is_left_alone(store: Store, grown: Alias) -> None:
    mark = decided(store, "m", KEY, CAUSE)
    marked(store, msgspec.structs.replace(mark, at="2020-01-01T00:00:00.000Z"))
    assert sweep(store, TrainRequest("m", CAUSE)).forgotten == []
    assert aliases.read(store, "m", LATEST) == grown


def test_a_sweep_deletes_statistics_that_nobody_needs(store: Store, grown: Alias) -> None:
    before = sorted(item.key for item in store.list_objects("statistics/"))
    store.create("statistics/m/left.json", b"by a trainer that was killed")
    sweep(store, TrainRequest("m", CAUSE))
    assert sorted(item.key for item in store.list_objects("statistics/")) == before
    assert grown


def aged(folder: Path) -> None:
    """Let all versions have been written two days ago."""
    then = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    for path in folder.glob("models/m/versions/*/*"):
        os.utime(path, (then, then))


def test_versions_that_nothing_names_go_after_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(tmp_path.as_uri())
    store.create("data/m/a.csv", A)
    seen = [learn(store, solver="sgd", hyperparameters={"seed": number}) for number in range(6)]
    promote(store, "m", str(seen[0].version), "production", CAUSE)
    monkeypatch.setattr("lr_core.life.keeping.RECORDS", 2)
    assert sweep(store, TrainRequest("m", CAUSE)).versions == []
    aged(tmp_path)
    kept = {seen[0].version, seen[5].version, seen[4].version, seen[3].version}
    gone = sorted({str(each.version) for each in seen} - kept)
    assert gone
    assert sweep(store, TrainRequest("m", CAUSE)).versions == gone
    assert {item.key.split("/")[3] for item in store.list_objects("models/m/versions/")} == kept


def test_the_last_thousand_records_keep_their_versions(tmp_path: Path) -> None:
    store = open_store(tmp_path.as_uri())
    store.create("data/m/a.csv", A)
    first = learn(store)
    learn(store, intercept=False)
    aged(tmp_path)
    assert store.get(history_key("m", LATEST, 1))
    assert unnamed(store, "m", datetime.now(UTC), Seen()) == []
    store.delete(history_key("m", LATEST, 1))
    assert unnamed(store, "m", datetime.now(UTC), Seen()) == [first.version]
    assert unnamed(store, "m", datetime.now(UTC) - timedelta(days=3), Seen()) == []


def test_a_version_that_an_alias_takes_up_meanwhile_is_put_back(store: Store, grown: Alias) -> None:
    version = str(grown.version)
    keys = [item.key for item in store.list_objects(f"models/m/versions/{version}/")]
    before = {key: store.get(key).data for key in keys}
    assert not let_go(store, "m", version)
    assert {key: store.get(key).data for key in keys} == before


def test_a_day_is_a_day() -> None:
    assert timedelta(days=1) == sweeping.DAY
