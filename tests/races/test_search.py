"""The search sees what there is to see, and remembers nothing that is not so."""

from __future__ import annotations

from itertools import combinations, pairwise
from math import comb
from random import Random
from threading import Event
from typing import TYPE_CHECKING

import pytest

from lr_core.errors import ObjectChanged
from lr_core.store import Store
from tests.races import execution
from tests.races.calls import Call, SteppedStore, perform
from tests.races.dict_store import DictStore, stored
from tests.races.execution import Execution, Operation
from tests.races.rules import Violation
from tests.races.scenarios import of
from tests.races.search import Found, Search
from tests.races.sharing import SHARING

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from lr_core.store import Stored
    from tests.races.buckets import Bucket
    from tests.races.execution import Outcome
    from tests.races.scenarios import Scenario

START = {"n": stored(b"0")}


class Counts:
    """Rules by which no count is lost."""

    def begin(self, bucket: Bucket) -> None:
        assert bucket.objects

    def step(self, memory: Hashable, before: Bucket, after: Bucket) -> Hashable:
        assert before is not after
        return memory

    def end(self, memory: Hashable, bucket: Bucket, ended: Sequence[tuple[Operation, Outcome]]) -> None:
        assert memory is None
        if bucket.objects["n"].data != b"%d" % len(ended):
            raise Violation("count", f"{bucket.objects['n'].data!r} after {len(ended)}")

    def close(self) -> None: ...


class Anything(Counts):
    """Rules that all keep."""

    def end(self, memory: Hashable, bucket: Bucket, ended: Sequence[tuple[Operation, Outcome]]) -> None: ...


def blindly(store: SteppedStore) -> None:
    store.put("n", b"%d" % (int(store.get("n").data) + 1))


def by_swap(store: SteppedStore) -> None:
    while True:
        found = store.get("n")
        try:
            store.replace("n", b"%d" % (int(found.data) + 1), found.etag)
        except ObjectChanged:
            continue
        return


def reading(times: int) -> Operation:
    def run(store: SteppedStore) -> None:
        for _ in range(times):
            store.get("n")

    return Operation(f"read {times}", run)


def search(*operations: Operation, rules: Counts | None = None) -> Search:
    return Search(START, operations, rules or Counts())


def test_a_lost_update_is_found_with_one_preemption_and_not_without() -> None:
    searched = search(Operation("one", blindly), Operation("two", blindly))
    assert searched.all(bound=0) == 2
    found = searched.all(bound=1)
    assert isinstance(found, Found)
    assert found.choices == (0, 1, 1, 0)
    assert [line.split()[:2] for line in found.schedule.splitlines()] == [
        ["one", "get"],
        ["two", "get"],
        ["two", "put"],
        ["one", "put"],
    ]
    searched.close()


def test_compare_and_swap_loses_no_update_in_any_run() -> None:
    searched = search(*(Operation(name, by_swap) for name in ("one", "two", "three")))
    assert isinstance(searched.all(), int)
    assert searched.is_complete
    searched.close()


def test_the_number_of_runs_is_that_of_all_interleavings() -> None:
    searched = search(reading(5), reading(7), rules=Anything())
    assert searched.all() == comb(12, 5)
    searched.close()


@pytest.mark.parametrize("bound", range(5))
def test_the_number_of_runs_within_a_bound_is_that_of_those_with_so_few_preemptions(bound: int) -> None:
    searched = search(reading(3), reading(4), rules=Anything())
    runs = (tuple(0 if place in first else 1 for place in range(7)) for first in combinations(range(7), 3))
    assert searched.all(bound) == sum(preemptions(run) <= bound for run in runs)
    searched.close()


def preemptions(run: tuple[int, ...]) -> int:
    return sum(now != then and now in run[place + 1 :] for place, (now, then) in enumerate(pairwise(run)))


def test_a_seed_gives_the_same_run_again() -> None:
    operations = [Operation(name, blindly) for name in ("one", "two", "three")]
    first, again = search(*operations), search(*operations)
    seed = next(seed for seed in range(1000) if first.random(seed))
    assert str(first.random(seed)) == str(again.random(seed))
    first.close()
    again.close()


def test_an_operation_that_is_no_function_of_what_it_saw_is_named() -> None:
    keys = iter("abcdefgh")

    def run(store: SteppedStore) -> None:
        store.list_folders(next(keys))
        store.get("n")

    searched = search(Operation("fickle", run), Operation("other", blindly), rules=Anything())
    found = searched.all()
    assert isinstance(found, Found)
    assert found.rule == "Astray"
    assert found.text.startswith("fickle: expected ")
    searched.close()


def test_an_operation_that_hangs_is_named_with_its_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "DEADLINE_S", 0.05)
    gate = Event()

    def run(store: SteppedStore) -> None:
        store.get("n")
        gate.wait()

    searched = search(Operation("hangs", run), rules=Anything())
    found = searched.all()
    gate.set()
    assert isinstance(found, Found)
    assert found.rule == "Stuck"
    assert found.schedule == f"  hangs get n → {START['n'].etag[:6]}"


LIVE = [of("trainings and a user"), of("forget, undo and training"), *SHARING[:3]]


@pytest.mark.parametrize("scenario", LIVE, ids=str)
def test_what_is_remembered_of_operations_is_what_they_do(scenario: Scenario) -> None:
    """Runs with nothing remembered, each operation in one thread from start to end, leave the same objects."""
    searched = scenario.search()
    for seed in range(10):
        choices: list[int] = []
        left = live(scenario.start(), scenario.operations(), Random(seed), choices)  # noqa: S311  -- a schedule is no secret
        assert searched.replay(choices) == left
    searched.close()


def live(
    objects: dict[str, Stored], operations: Sequence[Operation], draw: Random, choices: list[int]
) -> dict[str, Stored]:
    """Run operations at random, note who was chosen, and return what is in the bucket at the end."""
    executions = [Execution(operation, []) for operation in operations]
    reports = [execution.next() for execution in executions]
    while ready := [number for number, report in enumerate(reports) if isinstance(report, Call)]:
        choices.append(chosen := draw.choice(ready))
        call = reports[chosen]
        assert isinstance(call, Call)
        answer, objects = perform(objects, call)
        executions[chosen].answer(answer)
        reports[chosen] = executions[chosen].next()
    return objects


def test_both_stores_of_the_tests_make_each_call_their_own() -> None:
    calls = {name for name, value in vars(Store).items() if callable(value) and not name.startswith("_")}
    for kind in (DictStore, SteppedStore):
        assert calls <= vars(kind).keys()
