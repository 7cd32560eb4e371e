"""What is kept under `statistics/`: each table is read once, and all of it may go at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lr_core.cache.memory import Memory
from lr_core.errors import InvalidInput
from lr_core.store import open_store
from lr_core.training.request import TrainRequest
from lr_core.training.train import train
from tests.counting import counting
from tests.stores import opened

if TYPE_CHECKING:
    from pathlib import Path

    from lr_core.store import Store
    from lr_core.training.request import TrainResult


@pytest.fixture(params=["memory", "file", pytest.param("s3", marks=pytest.mark.heavy)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Open an empty store; a bucket only for the heavy proof, for there are many calls."""
    return opened(request, tmp_path)


def learn(store: Store, memory: Memory | None = None, **fields: Any) -> TrainResult:
    return train(store, TrainRequest("m", {"source": "/test", "id": "1"}, fields), memory=memory)


def table(number: int) -> bytes:
    return b"a,b,y\n%d,1,2\n0.1,%d,4\n3,2,1e3\n%d,%d,7\n" % (number, number, number * 3, number % 7)


def fill(store: Store, count: int, first: int = 0) -> None:
    for number in range(first, count):
        store.create(key(number), table(number))


def key(number: int) -> str:
    return f"data/m/{number:04d}.csv"


def derived(store: Store) -> dict[str, bytes]:
    return {item.key: store.get(item.key).data for item in store.list_objects("statistics/m/")}


def at_once(numbers: list[int], **fields: Any) -> TrainResult:
    store = open_store("memory://")
    for number in numbers:
        store.create(key(number), table(number))
    return learn(store, **fields)


@pytest.mark.parametrize("count", [1, 16, 17, pytest.param(300, marks=pytest.mark.heavy)])
def test_a_retrain_reads_only_the_new_table(store: Store, count: int) -> None:
    fill(store, count)
    learn(store)
    counted = counting(store)
    counted.create(key(count), table(count))
    counted.reset()
    result = learn(counted)
    assert counted.keys("open") == [key(count)]
    assert result.alias.model_document == at_once(list(range(count + 1))).alias.model_document


def test_a_retrain_beside_a_hundred_tables_makes_at_most_forty_calls() -> None:
    store = counting()
    fill(store, 100)
    learn(store)
    for number in range(100, 120):
        store.create(key(number), table(number))
        store.reset()
        learn(store)
        assert len(store.calls) <= 40, store.calls


@pytest.mark.heavy
def test_a_retrain_beside_thousands_of_tables_makes_at_most_sixty_calls() -> None:
    store = counting()
    fill(store, 2_000)
    learn(store)
    store.create(key(2_000), table(2_000))
    store.reset()
    learn(store)
    assert len(store.calls) <= 60, store.calls
    assert store.read_bytes <= 800_000


def test_statistics_may_go_at_any_time_and_come_back(store: Store) -> None:
    fill(store, 40)
    learn(store)
    before = derived(store)
    for number, name in enumerate(sorted(before)):
        if number % 3 == 0:
            store.delete(name)
    store.create(key(40), table(40))
    learn(store)
    store.delete(key(40))
    store.delete(*derived(store))
    result = learn(store)
    assert derived(store) == before
    assert result.alias.model_document == at_once(list(range(40))).alias.model_document


def test_statistics_that_cannot_be_read_are_made_again(store: Store) -> None:
    fill(store, 20)
    learn(store)
    before = derived(store)
    for name in before:
        store.replace(name, b"{", store.get(name).etag)
    store.create(key(20), table(20))
    learn(store)
    store.delete(key(20))
    assert learn(store).alias.model_document == at_once(list(range(20))).alias.model_document
    assert derived(store) == before


def test_what_the_present_tables_do_not_need_is_deleted(store: Store) -> None:
    fill(store, 30)
    learn(store)
    for number in range(30, 40):
        store.create(key(number), table(number))
        learn(store)
    store.create("statistics/m/stray.json", b"left by a trainer that was killed")
    store.delete(key(5))
    learn(store)
    once = open_store("memory://")
    kept = [number for number in range(40) if number != 5]
    for number in kept:
        once.create(key(number), table(number))
    learn(once)
    assert len(derived(store)) == len(derived(once))


def test_a_table_that_is_replaced_counts_with_its_new_bytes_alone(store: Store) -> None:
    fill(store, 20)
    learn(store)
    store.replace(key(3), table(99), store.get(key(3)).etag)
    replaced = learn(store)
    once = open_store("memory://")
    for number in range(20):
        once.create(key(number), table(99 if number == 3 else number))
    assert replaced.alias.model_document == learn(once).alias.model_document
    store.replace(key(3), table(3), store.get(key(3)).etag)
    assert learn(store).alias.model_document == at_once(list(range(20))).alias.model_document


def test_a_process_reads_no_statistic_twice() -> None:
    store, memory = counting(), Memory()
    fill(store, 30)
    learn(store, memory)
    there = set(derived(store))
    store.create(key(30), table(30))
    store.reset()
    learn(store, memory)
    assert not there.intersection(store.keys("get"))


def test_a_refused_table_is_remembered_and_not_read_again(store: Store) -> None:
    fill(store, 2)
    store.create("data/m/bad.csv", b"a,b,y\n1,2,x\n")
    first = learn(store)
    counted = counting(store)
    counted.create(key(2), table(2))
    counted.reset()
    second = learn(counted)
    assert counted.keys("open") == [key(2)]
    assert second.alias.excluded == first.alias.excluded


def test_a_recipe_that_would_lose_a_table_leaves_no_trace(store: Store) -> None:
    fill(store, 2)
    store.create("data/m/other.csv", b"a,b,y\n1,2,3\n5,1,9\n")
    store.create("data/m/wide.csv", b"a,b,c,y\n1,2,3,4\n5,1,9,2\n")
    learn(store, features=["a", "b"])
    before = derived(store)
    with pytest.raises(InvalidInput, match="'c'"):
        learn(store, features=["a", "b", "c"])
    assert derived(store) == before


def test_another_solver_reads_no_table_and_other_features_read_all() -> None:
    store = counting()
    fill(store, 20)
    learn(store)
    store.reset()
    learn(store, intercept=False)
    assert len(store.keys("open")) == 20
    store.reset()
    learn(store, intercept=True)
    store.reset()
    learn(store, unseen="refuse", solver="exact", hyperparameters={})
    assert store.keys("open") == []


def test_jobs_change_no_bit() -> None:
    store, other = counting(), open_store("memory://")
    fill(store, 40)
    fill(other, 40)
    request = TrainRequest("m", {"source": "/test", "id": "1"})
    assert train(store, request, jobs=4).alias.model_document == train(other, request).alias.model_document
    assert derived(store) == derived(other)
