"""Each safeguard is needed: without it the search finds a run that breaks an invariant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from lr_core.life import forgetting, point
from lr_core.repository import aliases, forgotten, marks
from lr_core.repository.keys import VERSION_PARTS, version_key
from lr_core.repository.marks import Marks
from lr_core.repository.tables import list_tables
from lr_core.store import find
from lr_core.training import present, training
from tests.races.scenarios import SCENARIOS, of
from tests.races.search import Found

if TYPE_CHECKING:
    from lr_core.repository.alias import Alias
    from lr_core.repository.aliases import Cause, Held
    from lr_core.repository.marks import Mark
    from lr_core.store import Store

FIND = aliases.find


@pytest.fixture(autouse=True)
def sound_starts(stopped_clock: None) -> None:
    """Prepare each scenario's bucket with all safeguards in place."""
    assert stopped_clock is None
    for scenario in SCENARIOS:
        scenario.start()


def found(scenario: str, *rules: str, bound: int = 2) -> Found:
    """Search through a scenario and return the violation of one of these rules that must be there."""
    search = of(scenario).search(rules)
    try:
        outcome = search.all(bound)
    finally:
        search.close()
    assert isinstance(outcome, Found), f"{scenario}: nothing found in {outcome} runs"
    assert not rules or outcome.rule in rules, outcome
    return outcome


def test_a_violation_comes_with_its_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aliases, "written_down", lambda *_: True)
    outcome = found("first trainings")
    assert "train#1 get models/m/aliases/latest.json" in outcome.schedule
    assert f"choices: {list(outcome.choices)}" in str(outcome)


def test_without_a_generation_a_slow_trainer_puts_deleted_data_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def stamped(draft: Alias, generation: int, cause: Cause) -> Alias:
        return msgspec.structs.replace(draft, generation=generation - 1, at=aliases.now(), cause=cause)

    monkeypatch.setattr(aliases, "stamped", stamped)
    monkeypatch.setattr(aliases, "written_down", lambda *_: True)
    assert found("a, b, a beside a training", "older", "quiet").rule == "older"


def test_history_that_is_not_written_before_the_swap_loses_a_generation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aliases, "written_down", lambda *_: True)
    found("first trainings", "history")


def test_an_alias_that_is_read_after_the_listing_goes_back_to_older_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    listed: dict[int, Any] = {}

    def find(store: Store, model: str, alias: str) -> Held | None:
        listed[id(store)] = list_tables(store, model)
        return FIND(store, model, alias)

    monkeypatch.setattr(aliases, "find", find)
    monkeypatch.setattr(present, "list_tables", lambda store, _model: listed[id(store)])
    found("trainings and a user", "older", "quiet")


def test_an_alias_that_is_read_after_the_marks_brings_a_forgotten_table_back(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[int, Marks] = {}

    def find(store: Store, model: str, alias: str) -> Held | None:
        seen[id(store)] = Marks(store, model)
        return FIND(store, model, alias)

    monkeypatch.setattr(aliases, "find", find)
    for module in (training, point):
        monkeypatch.setattr(module, "Marks", lambda store, _model: seen[id(store)])
    found("forget beside its user")


def test_an_overwrite_that_does_not_look_at_the_mark_forgets_what_was_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def blind(store: Store, _model: str, key: str, data: bytes, mark: Mark) -> None:
        stored = find(store, key)
        if stored is None or not forgotten.is_forgotten(stored.data, data, mark):
            forgotten.swapped(store, key, data, stored)

    monkeypatch.setattr(forgotten, "overwrite_one", blind)
    found("forget beside who takes it back")


def test_writing_anew_without_a_look_at_the_mark_brings_a_forgotten_version_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(marks, "standing", lambda *_: False)
    found("undo, forget and training")


def test_a_forgetting_that_moves_only_some_aliases_lets_one_in_flight_win(monkeypatch: pytest.MonkeyPatch) -> None:
    move = aliases.move

    def only_needed(store: Store, model: str, alias: str, cause: Cause, successor: Any) -> Any:
        def checked(current: Alias | None) -> Alias | None:
            draft = successor(current)
            is_same = current is None or (draft is not None and draft.version == current.version)
            return None if cause["source"] == "lr-sgd forget" and is_same else draft

        return move(store, model, alias, cause, checked)

    monkeypatch.setattr(aliases, "move", only_needed)
    found("forget beside promotions of another alias")


def test_a_loser_that_does_not_take_back_what_it_wrote_leaves_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training.Training, "_take_back", lambda *_: None)
    found("forget beside first trainings", bound=3)


@pytest.mark.heavy
def test_deleting_instead_of_overwriting_lets_a_slow_trainer_create_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def deleted(store: Store, model: str, version: str, _mark: Mark) -> None:
        store.delete(*(version_key(model, version, part) for part in VERSION_PARTS[1:]))

    monkeypatch.setattr(forgetting, "overwrite", deleted)
    monkeypatch.setattr(training, "overwrite", deleted)
    found("forget beside first trainings")
