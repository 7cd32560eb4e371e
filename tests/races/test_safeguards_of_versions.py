"""What keeps versions whole and statistics clean is needed too."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from lr_core.cache.cache import Cache
from lr_core.errors import ObjectExists
from lr_core.repository import aliases, versions
from lr_core.repository.alias import encode
from lr_core.repository.keys import VERSION_PARTS, alias_key, version_key, version_of
from lr_core.repository.tables import StoredTable
from tests.races.scenarios import of
from tests.races.search import Found
from tests.races.sharing import SHARING

if TYPE_CHECKING:
    from lr_core.store import Store
    from tests.races.scenarios import Scenario


def found(scenario: Scenario, *rules: str, bound: int = 2) -> Found:
    search = scenario.search(rules)
    try:
        outcome = search.all(bound)
    finally:
        search.close()
    assert isinstance(outcome, Found), f"{scenario}: nothing found in {outcome} runs"
    return outcome


@pytest.fixture(autouse=True)
def sound_starts(stopped_clock: None) -> None:
    """Prepare each scenario's bucket with all safeguards in place."""
    assert stopped_clock is None
    for scenario in (of("first trainings"), of("trainings and a user"), *SHARING):
        scenario.start()


def test_without_compare_and_swap_a_slow_trainer_overwrites_a_later_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def blind(store: Any, model: str, alias: str, _held: object, moved: Any) -> bool:
        store.put(alias_key(model, alias), encode(moved))
        return True

    monkeypatch.setattr(aliases, "replace", blind)
    assert found(of("trainings and a user"), "older", "generation", bound=1).rule in {"older", "generation"}


def test_a_commit_mark_that_is_not_written_last_names_a_version_that_is_not_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    create = versions.create

    def mark_first(store: Store, model: str, digest: str, parts: tuple[bytes, bytes, bytes]) -> bytes:
        with suppress(ObjectExists):
            store.create(version_key(model, version_of(digest), VERSION_PARTS[-1]), parts[-1])
        return create(store, model, digest, parts)

    monkeypatch.setattr(versions, "create", mark_first)
    found(of("first trainings"), "version", bound=1)


def test_a_table_that_is_read_without_its_etag_is_learned_as_another(monkeypatch: pytest.MonkeyPatch) -> None:
    init = StoredTable.__init__

    def any_bytes(table: StoredTable, store: Any, listed: Any) -> None:
        init(table, store, listed)
        table.store = Unconditional(store)  # type: ignore[assignment]

    monkeypatch.setattr(StoredTable, "__init__", any_bytes)
    found(of("trainings and a user"), "older")


class Unconditional:
    """A store whose streams are of whatever is there."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, key: str, _etag: str) -> object:
        return self._store.open(key, self._store.get(key).etag)


def test_statistics_that_nobody_clears_keep_a_forgotten_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cache, "clear", lambda *_: None)
    found(SHARING[2], "planted", "statistics", bound=1)
