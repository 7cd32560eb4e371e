from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lr_core.http.message import Request
from lr_core.http.train import Train
from lr_core.settings import Settings
from lr_core.store import open_store
from tests.unit.peak import MIB, at_most

if TYPE_CHECKING:
    from lr_core.store import Store

N_COLUMNS = 100_000
HEADER = ",".join(f"c{number}" for number in range(N_COLUMNS)).encode() + b"\n"
ROWS = b"".join(b",".join(b"%d" % (number * (row + 1) % 7) for number in range(N_COLUMNS)) + b"\n" for row in range(3))


@pytest.fixture
def wide() -> Store:
    """Open a store with a table of a hundred thousand columns."""
    store = open_store("memory://")
    store.create("data/default/a.csv", HEADER + ROWS)
    return store


def train(store: Store, **fields: Any) -> tuple[int, Any]:
    answer = Train(store, Settings()).answer(Request("POST", "/train", "", {}, json.dumps(fields).encode()))
    return answer.status, json.loads(answer.body)


@pytest.mark.heavy
def test_a_recipe_that_names_two_of_a_hundred_thousand_columns_is_trained_in_little_memory(wide: Store) -> None:
    with at_most(256 * MIB):  # as reserved: pyarrow writes to little of its room for 512 rows
        status, summary = train(wide, target="c3", features=["c99998", "c5"])
    assert (status, len(summary["coef"]), summary["n_samples"]) == (200, 2, 3)


def test_a_hundred_thousand_features_by_default_are_422_and_leave_nothing(wide: Store) -> None:
    with at_most(64 * MIB):
        status, problem = train(wide)
    assert (status, problem["type"].rsplit("/", 1)[-1]) == (422, "invalid-input")
    (fault,) = problem["errors"]
    assert fault["pointer"] == "/features"
    assert fault["detail"].startswith("data/default/a.csv: expected at most 2,047 features, found 99,999")
    assert list(wide.list_objects("models/")) == []


def test_too_many_features_by_name_are_422(wide: Store) -> None:
    status, problem = train(wide, target="c0", features=[f"c{number}" for number in range(1, 3000)])
    assert (status, problem["errors"][0]["pointer"]) == (422, "/features")


@pytest.mark.heavy
def test_a_narrower_table_decides_the_features_that_a_wide_one_cannot(wide: Store) -> None:
    wide.create("data/default/b.csv", b"c1,c2\n1,2\n2,4\n")
    status, summary = train(wide)
    assert (status, summary["n_samples"]) == (200, 5)
