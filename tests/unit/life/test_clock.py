"""What the clock does, on the store that is the fastest, and on a folder where time has to pass."""

from __future__ import annotations

import json
import logging
import os
from typing import TYPE_CHECKING

import pytest

from lr_core.cache.memory import Memory
from lr_core.errors import StoreUnavailable
from lr_core.life.clock import Clock
from lr_core.life.forgetting import forget
from lr_core.life.known import decided
from lr_core.life.point import rollback
from lr_core.repository import aliases, marks
from lr_core.repository.keys import CLOCK, LATEST, statistics_prefix
from lr_core.settings import S3Settings
from lr_core.store import open_store
from lr_core.training.request import TrainRequest
from lr_core.training.train import train
from tests.counting import counting

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lr_core.repository.aliases import Cause
    from lr_core.store import Store
    from lr_core.training.request import TrainResult

SECRET = b"x,y\n7654321,9\n5,5\n"
A, B, BAD = b"x,y\n0,1\n1,3\n2,5\n", b"x,y\n3,9\n5,5\n", b"x,y\n1,z\n"


def cause(identity: str = "1") -> Cause:
    return {"source": "ping", "id": identity}


@pytest.fixture
def store() -> Store:
    return open_store("memory://")


def rounds(store: Store, identity: str = "1", limit_s: float = 60) -> list[str]:
    """Let a clock of a process of its own look after all models; name those it has news of."""
    told: list[str] = []
    Clock(store, Memory(), limit_s).all(cause(identity), lambda result: told.append(result.model))
    return told


def test_the_clock_trains_what_no_event_has_told_of(store: Store) -> None:
    store.create("data/m/a.csv", A)
    result = Clock(store, Memory()).one("m", cause())
    assert result
    assert (result.alias.generation, result.trained) == (1, True)
    assert Clock(store, Memory()).one("m", cause("2")) is None
    store.delete("data/m/a.csv")
    emptied = Clock(store, Memory()).one("m", cause("3"))
    assert emptied
    assert emptied.alias.version is None
    assert Clock(store, Memory()).one("m", cause("4")) is None


def test_a_ping_that_comes_again_has_the_same_to_say(store: Store) -> None:
    store.create("data/m/a.csv", A)
    first, again = (Clock(store, Memory()).one("m", cause()) for _ in range(2))
    assert first
    assert again
    assert first.to_json() == again.to_json()


def test_bad_tables_alone_are_nothing_to_do(store: Store) -> None:
    store.create("data/m/bad.csv", BAD)
    assert Clock(store, Memory()).one("m", cause()) is None
    assert Clock(store, Memory()).one("not-there", cause()) is None


def test_what_a_first_training_has_refused_stays_remembered(store: Store) -> None:
    store.create("data/m/bad.csv", BAD)
    Clock(store, Memory()).one("m", cause())
    kept = sorted(item.key for item in store.list_objects(statistics_prefix("m")))
    assert kept
    Clock(store, Memory()).one("m", cause("2"))
    assert sorted(item.key for item in store.list_objects(statistics_prefix("m"))) == kept


def test_every_model_has_its_turn_and_a_fault_of_one_stops_no_other(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    for model in ("a", "b", "c"):
        store.create(f"data/{model}/t.csv", A)
    store.create("models/b/aliases/latest.json", b"no alias")
    store.create("data/-/t.csv", A)  # under no model
    with caplog.at_level(logging.ERROR):
        assert rounds(store) == ["a", "c"]
    assert "b: the clock could not" in caplog.text
    assert rounds(store, "2") == []


def test_a_store_that_fails_for_one_model_is_told_when_the_others_are_done(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for model in ("a", "b", "c"):
        store.create(f"data/{model}/t.csv", A)
    one, told = Clock.one, []

    def fails_once(clock: Clock, model: str, given: Cause, progress: Callable[[str], None]) -> TrainResult | None:
        result = one(clock, model, given, progress)
        if model == "b":
            raise StoreUnavailable("the answer was lost")
        return result

    clock = Clock(store, Memory())
    with monkeypatch.context() as patch:
        patch.setattr(Clock, "one", fails_once)
        with pytest.raises(StoreUnavailable):
            clock.all(cause(), lambda result: told.append(result.model))
    assert told == ["a", "c"]
    clock.all(cause(), lambda result: told.append(result.model))
    assert "b" in told[2:], "the same ping again announces what the first could not"


def test_a_model_that_lost_its_last_table_has_its_turn_too(store: Store) -> None:
    store.create("data/m/a.csv", A)
    assert rounds(store) == ["m"]
    store.delete("data/m/a.csv")
    assert rounds(store, "2") == ["m"]
    latest = aliases.read(store, "m", LATEST)
    assert latest
    assert latest.version is None


def test_a_round_that_is_cut_short_goes_on_behind_the_last_that_was_done(store: Store) -> None:
    for model in ("a", "b", "c"):
        store.create(f"data/{model}/t.csv", A)
    assert rounds(store, limit_s=-1) == ["a"]
    assert json.loads(store.get(CLOCK).data) == {"after": "a"}
    assert rounds(store, "2", limit_s=-1) == ["b"]
    for model in ("a", "b", "c"):
        store.create(f"data/{model}/u.csv", B)
    assert rounds(store, "3") == ["c", "a", "b"]
    assert [item.key for item in store.list_objects("statistics/") if item.key == CLOCK] == []


class Killed(BaseException):
    """What nothing in the process survives."""


def test_a_model_that_kills_its_trainer_keeps_no_other_from_its_turn(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for model in ("a", "b", "c"):
        store.create(f"data/{model}/t.csv", A)
    create = type(store).create

    def kills(self: Store, key: str, data: bytes) -> object:
        if key.startswith("statistics/b/"):
            raise Killed
        return create(self, key, data)

    with monkeypatch.context() as patch:
        patch.setattr(type(store), "create", kills)
        with pytest.raises(Killed):
            rounds(store)
        told: list[str] = []
        with pytest.raises(Killed):
            Clock(store, Memory()).all(cause(), lambda result: told.append(result.model))
    assert told == ["c", "a"]
    assert rounds(store, "2") == ["b"]
    assert [item.key for item in store.list_objects("statistics/") if item.key == CLOCK] == []


def test_a_round_in_which_nothing_changed_notes_nothing(store: Store) -> None:
    store.create("data/m/a.csv", A)
    rounds(store)
    counted = counting(store)
    Clock(counted, Memory()).all(cause("2"), lambda _result: None)
    assert counted.keys("create", "replace", "delete") == []


def test_a_note_that_cannot_be_read_begins_a_round_anew(store: Store) -> None:
    store.create("data/a/t.csv", A)
    store.create(CLOCK, b"{")
    assert rounds(store) == ["a"]


def test_a_store_that_is_down_is_for_the_caller_to_know() -> None:
    with pytest.raises(StoreUnavailable):
        rounds(open_store("s3://nobody", S3Settings(endpoint="http://127.0.0.1:9"), timeout_s=0.2))


def test_the_clock_ends_a_forgetting_that_was_killed_but_deletes_no_table(store: Store) -> None:
    for name, rows in (("a", A), ("b", SECRET)):
        store.create(f"data/m/{name}.csv", rows)
    train(store, TrainRequest("m", cause()))
    marks.put(store, "m", decided(store, "m", "data/m/b.csv", cause("forget")))
    told = Clock(store, Memory()).one("m", cause("2"))
    assert told
    assert told.alias.cause == cause("2")
    assert traces(store) == ["data/m/b.csv"], "train may not delete a table, and so it stays, kept out"
    assert told.to_json()["n_samples"] == 3


def test_the_clock_reads_a_lineage_and_a_record_once(store: Store) -> None:
    for name, rows in (("a", A), ("b", SECRET)):
        store.create(f"data/m/{name}.csv", rows)
    train(store, TrainRequest("m", cause()))
    forget(store, "m", "data/m/b.csv", cause("forget"))
    counted = counting(store)
    clock = Clock(counted, Memory())
    clock.one("m", cause("2"))
    counted.reset()
    clock.one("m", cause("3"))
    assert [key for key in counted.keys("get") if key.endswith("lineage.json") or "/history/" in key] == []


def test_the_clock_spares_what_a_training_in_flight_has_written(store: Store) -> None:
    store.create("data/m/a.csv", A)
    train(store, TrainRequest("m", cause()))
    store.create("statistics/m/young.json", b"by a trainer that has not ended")
    Clock(store, Memory()).one("m", cause("2"))
    assert store.get("statistics/m/young.json")


def test_the_clock_keeps_statistics_while_it_does_not_know_which_are_needed(tmp_path: Path) -> None:
    store = open_store(tmp_path.as_uri())
    store.create("data/m/a.csv", A)
    train(store, TrainRequest("m", cause()))
    train(store, TrainRequest("m", cause("2"), {"intercept": False}))
    store.create("data/m/b.csv", B)
    rollback(store, "m", "1", cause("3"))  # to tables that no training has seen together
    before = sorted(item.key for item in store.list_objects("statistics/"))
    for item in tmp_path.glob("statistics/m/*"):
        os.utime(item, (0, 0))
    Clock(store, Memory()).one("m", cause("4"))
    assert sorted(item.key for item in store.list_objects("statistics/")) == before


def test_the_clock_deletes_what_no_training_needs_any_more(tmp_path: Path) -> None:
    store = open_store(tmp_path.as_uri())
    store.create("data/m/a.csv", A)
    train(store, TrainRequest("m", cause()))
    needed = sorted(item.key for item in store.list_objects("statistics/"))
    store.create("statistics/m/old.json", b"by a trainer that was killed")
    for item in tmp_path.glob("statistics/m/*"):
        os.utime(item, (0, 0))
    Clock(store, Memory()).one("m", cause("2"))
    assert sorted(item.key for item in store.list_objects("statistics/")) == needed


def traces(store: Store) -> list[str]:
    return [item.key for item in store.list_objects("") if b"7654321" in store.get(item.key).data]
