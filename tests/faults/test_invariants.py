"""That the invariants can fail: each thing that may break, broken by hand, is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from lr_core.life.point import rollback
from lr_core.repository.alias import decode, encode, record
from lr_core.repository.keys import LATEST, alias_key, history_key, version_key
from lr_core.store import open_store
from tests.faults.invariants import broken, broken_since, check
from tests.faults.operations import MODEL, A, B, cause, grown, training, version_of
from tests.faults.outcome import differences, outcome
from tests.faults.state import read_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from lr_core.repository.alias import Alias
    from lr_core.store import Store

KEY = alias_key(MODEL, LATEST)
NOW, BEFORE = version_of(A, B), version_of(A)


@pytest.fixture
def store() -> Store:
    opened = open_store("memory://")
    grown(opened)
    return opened


def put(store: Store, key: str, data: bytes) -> None:
    store.delete(key)
    store.create(key, data)


def change(**fields: object) -> Callable[[Store], None]:
    """Return a way to change fields of the alias."""

    def changed(store: Store) -> None:
        alias: Alias = msgspec.structs.replace(decode(store.get(KEY).data), **fields)
        put(store, KEY, encode(alias))

    return changed


def remove(key: str) -> Callable[[Store], None]:
    return lambda store: store.delete(key)


def write(key: str, data: bytes) -> Callable[[Store], None]:
    return lambda store: put(store, key, data)


def copy(source: str, target: str) -> Callable[[Store], None]:
    return lambda store: put(store, target, store.get(source).data)


def record_present(store: Store) -> None:
    put(store, history_key(MODEL, LATEST, 2), record(decode(store.get(KEY).data)))


def spoil(key: str) -> Callable[[Store], None]:
    """Return a way to add a blank to an object."""
    return lambda store: put(store, key, store.get(key).data + b" ")


def part(version: str, name: str) -> str:
    return version_key(MODEL, version, name)


def history(generation: int) -> str:
    return history_key(MODEL, LATEST, generation)


TOMBSTONE = b'{"format":1,"forgotten":{"key":"%s","at":"","cause":{}}}'

BREAKS = {
    "cannot be read": write(KEY, b'{"format": 1'),
    "not in the form": spoil(KEY),
    "moved at 'today'": change(at="today"),
    "without a recipe": change(recipe=None),
    "does not spell out": change(recipe={"target": "y"}),
    "names 1 of 7": change(excluded_count=7),
    "a version or a document, not both": change(version=None),
    "lacks ['model.json']": remove(part(NOW, "model.json")),
    "holds a document of another": change(version=BEFORE),
    "holds other bytes": spoil(part(NOW, "model.json")),
    "not in the order of writing": remove(part(NOW, "lineage.json")),
    "has the lineage of": copy(part(BEFORE, "lineage.json"), part(NOW, "lineage.json")),
    "of other inputs than its lineage": copy(part(BEFORE, "model.json"), part(NOW, "model.json")),
    "which it was not learned from": write(part(NOW, "model.json"), TOMBSTONE % b"data/m/other.csv"),
    "is of another alias": copy(history(1), history(2)),
    "are above the present one": copy(history(1), history(9)),
    "generation 1 is missing": remove(history(1)),
    "generation 0 is missing": remove(history(0)),
    "is not what was written of it": spoil(history(1)),
    "of generation 1 is not there": remove(part(BEFORE, "model.json")),
}


@pytest.mark.parametrize("said", BREAKS, ids=str)
def test_what_is_broken_is_found(store: Store, said: str) -> None:
    assert list(broken(read_state(store, MODEL))) == []
    BREAKS[said](store)
    assert said in "\n".join(broken(read_state(store, MODEL)))


@pytest.mark.parametrize(
    "allowed",
    [record_present, write(part(NOW, "model.json"), TOMBSTONE % B[0].encode())],
    ids=["a record of the present", "a version that was forgotten"],
)
def test_what_a_crash_may_leave_is_not_broken(store: Store, allowed: Callable[[Store], None]) -> None:
    allowed(store)
    check(store, MODEL)


BACKWARD = {
    "went": remove(KEY),
    "went back from generation 2 to 1": change(generation=1),
    "has other bytes than before": change(listing="0" * 64),
    "the record of generation 2 is not what it was": change(generation=3),
    "the records of [1] changed or went": spoil(history(1)),
}


@pytest.mark.parametrize("said", BACKWARD, ids=str)
def test_what_went_back_is_found(store: Store, said: str) -> None:
    before = read_state(store, MODEL)
    BACKWARD[said](store)
    assert said in "\n".join(broken_since(before, read_state(store, MODEL)))


def test_older_tables_are_found_unless_a_rollback_went_back_to_them(store: Store) -> None:
    before = read_state(store, MODEL)
    rollback(store, MODEL, "1", cause())
    after = read_state(store, MODEL)
    assert "not from what is there" in "\n".join(broken_since(before, after))
    assert list(broken_since(before, after, goes_back=True)) == []


def test_a_listing_that_is_not_of_the_tables_is_found(store: Store) -> None:
    before = read_state(store, MODEL)
    change(listing="0" * 64)(store)
    found = list(broken_since(before, read_state(store, MODEL), goes_back=False))
    assert "latest: the listing is not that of the tables that are there" in found


def test_a_second_life_is_whole_only_two_above_the_first(store: Store) -> None:
    store.delete(KEY)
    training()(store)
    check(store, MODEL)
    store.delete(history(1))
    assert "a life begins at 3, not two above" in "\n".join(broken(read_state(store, MODEL)))


def test_outcomes_of_equal_trainings_are_equal_and_name_what_differs() -> None:
    stores = [open_store("memory://") for _ in range(2)]
    for each in stores:
        grown(each)
    first, second = (outcome(read_state(each, MODEL)) for each in stores)
    assert differences(first, second) == []
    stores[1].delete(part(BEFORE, "inference.json"))
    found = differences(outcome(read_state(stores[1], MODEL)), first)
    assert len(found) == 1
    assert "inference.json" in found[0]
