from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from lr_core.errors import InvalidInput, ObjectChanged, StoreUnavailable
from lr_core.repository import aliases
from lr_core.repository.alias import Alias, decode, encode, record
from lr_core.repository.keys import alias_key, history_key
from lr_core.store import Store, open_store

CAUSE = {"source": "/test", "id": "1"}
RECIPE = {"target": "y"}
KEY = alias_key("m", "latest")


def draft(version: str | None = "v") -> Alias:
    return Alias(version=version, at="", cause={}, recipe=RECIPE, document=msgspec.Raw(b'{"a": 1.0}'))


def move(store: Store, version: str = "v") -> Alias:
    moved, has_moved = aliases.move(store, "m", "latest", CAUSE, lambda _current: draft(version))
    assert has_moved
    return moved


def test_a_first_move_gives_generation_one(store: Store) -> None:
    moved = move(store)
    assert (moved.generation, moved.cause) == (1, CAUSE)
    assert aliases.read(store, "m", "latest") == moved


def test_each_move_leaves_the_generation_before_it_in_history(store: Store) -> None:
    moved = [move(store, version) for version in "abc"]
    assert [each.generation for each in moved] == [1, 2, 3]
    kept = [store.get(history_key("m", "latest", generation)).data for generation in range(3)]
    assert kept[1:] == [record(each) for each in moved[:2]]
    assert b"document" not in kept[1]


def test_an_alias_without_a_recipe_is_not_there_for_readers(store: Store) -> None:
    store.create(KEY, encode(Alias(at="", cause={})))
    assert aliases.read(store, "m", "latest") is None
    assert aliases.read(store, "other", "latest") is None


def test_a_document_is_kept_to_the_byte(store: Store) -> None:
    move(store)
    alias = aliases.read(store, "m", "latest")
    assert alias is not None
    assert alias.model_document == b'{"a": 1.0}'


def test_a_successor_that_leaves_the_alias_moves_nothing(store: Store) -> None:
    first = move(store)
    before = store.get(KEY)
    assert aliases.move(store, "m", "latest", CAUSE, lambda _current: None) == (first, False)
    assert store.get(KEY) == before


def test_a_successor_that_fails_leaves_nothing_behind(store: Store) -> None:
    def fail(_current: Alias | None) -> Alias | None:
        raise InvalidInput.at("", "no")

    with pytest.raises(InvalidInput):
        aliases.move(store, "m", "latest", CAUSE, fail)
    assert list(store.list_objects("models/")) == []


def test_who_loses_the_swap_starts_over_from_what_won(store: Store) -> None:
    move(store, "a")
    seen: list[str | None] = []

    def overtaken(current: Alias | None) -> Alias:
        seen.append(current.version if current else None)
        if len(seen) == 1:
            move(store, "b")
        return draft("c")

    moved, _ = aliases.move(store, "m", "latest", CAUSE, overtaken)
    assert (seen, moved.generation, moved.version) == (["a", "b"], 3, "c")


def test_a_table_that_changed_while_it_was_read_starts_the_move_over(store: Store) -> None:
    calls: list[Alias | None] = []

    def changed_once(current: Alias | None) -> Alias:
        calls.append(current)
        if len(calls) == 1:
            raise ObjectChanged("table")
        return draft()

    assert aliases.move(store, "m", "latest", CAUSE, changed_once)[0].generation == 1


def test_a_bucket_that_never_holds_still_ends_the_move() -> None:
    def always_changed(_current: Alias | None) -> Alias:
        raise ObjectChanged("table")

    with pytest.raises(StoreUnavailable, match="faster than it can be read"):
        aliases.move(open_store("memory://"), "m", "latest", CAUSE, always_changed)


def test_many_moves_at_once_each_get_a_generation_of_their_own(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        moved = list(pool.map(lambda number: move(store, f"v{number}"), range(12)))
    assert sorted(each.generation for each in moved) == list(range(1, 13))
    last = aliases.read(store, "m", "latest")
    assert last is not None
    assert last.generation == 12
    for each in moved:
        if each.generation < 12:
            assert store.get(history_key("m", "latest", each.generation)).data == record(each)


def test_a_new_life_starts_two_above_the_highest_generation_of_the_old_one() -> None:
    store = open_store("memory://")
    store.create(history_key("m", "latest", 7), b"old")
    assert move(store).generation == 10


def test_a_record_of_another_life_lifts_the_alias_above_it() -> None:
    store = open_store("memory://")
    move(store)
    store.create(history_key("m", "latest", 1), b"of another life")
    assert move(store, "w").generation == 4
    assert store.get(history_key("m", "latest", 1)).data == b"of another life"


class LosesAnswers(Store):
    """Carries each swap out and says that it was lost, as a retry after a lost answer does."""

    error: Exception = ObjectChanged("lost")

    def replace(self, key: str, data: bytes, etag: str) -> str:
        super().replace(key, data, etag)
        raise self.error


@pytest.mark.parametrize("error", [ObjectChanged("lost"), StoreUnavailable("lost")])
def test_a_swap_whose_answer_was_lost_is_read_back_and_counts(error: Exception) -> None:
    plain = open_store("memory://")
    store = LosesAnswers(plain.url, plain._store, plain._lock)
    store.error = error
    assert move(store).generation == 1
    assert aliases.read(store, "m", "latest") == decode(plain.get(KEY).data)


def test_an_alias_of_a_newer_format_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="format 1, found 2"):
        decode(b'{"format": 2, "at": "", "cause": {}}')
