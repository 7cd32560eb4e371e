from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lr_core.errors import DatasetNotFound, InvalidInput
from lr_core.life.forgetting import forget
from lr_core.training.check import check
from lr_core.training.request import TrainRequest
from lr_core.training.table import TableBytes
from lr_core.training.train import train
from lr_core.training.trial import dry_run

if TYPE_CHECKING:
    from lr_core.store import Store

CAUSE = {"source": "/test", "id": "1"}
A, B = b"bmi,y\n1,2\n2,4\n", b"bmi,city,y\n3,x,9\n4,x,8\n"


def request(**fields: Any) -> TrainRequest:
    return TrainRequest("m", CAUSE, fields)


def objects(store: Store) -> dict[str, bytes]:
    return {item.key: store.get(item.key).data for item in store.list_objects("")}


def table(data: bytes, key: str = "b.csv") -> TableBytes:
    return TableBytes(key, "", data)


def test_a_dry_run_says_what_the_training_then_does_and_writes_nothing(store: Store) -> None:
    store.create("data/m/a.csv", A)
    before = objects(store)
    said = dry_run(store, request()).to_json()
    assert objects(store) == before
    assert (said["generation"], said["before"], said["trained"]) == (None, None, True)
    first = train(store, request()).to_json()
    assert {**said, "generation": 1} == {**first, "before": None}
    store.create("data/m/b.csv", B)
    before = objects(store)
    said = dry_run(store, request()).to_json()
    assert objects(store) == before
    assert said["before"] == {**first, "trained": False}
    after = train(store, request()).to_json()
    assert {name: said[name] for name in after} == {**after, "generation": None}


def test_a_dry_run_where_nothing_changed_says_the_present(store: Store) -> None:
    store.create("data/m/a.csv", A)
    now = train(store, request()).to_json()
    said = dry_run(store, request()).to_json()
    assert said == {**now, "generation": None, "trained": False, "before": {**now, "trained": False}}


def test_a_dry_run_fails_as_the_training_would(store: Store) -> None:
    with pytest.raises(DatasetNotFound):
        dry_run(store, request())
    store.create("data/m/a.csv", b"bmi,y\n1,x\n")
    with pytest.raises(InvalidInput, match="line 2"):
        dry_run(store, request())


def test_a_check_says_rows_columns_error_and_coefficients_and_keeps_nothing(store: Store) -> None:
    store.create("data/m/a.csv", A)
    train(store, request())
    before = objects(store)
    found = check(store, request(), "data/m/b.csv", table(B))
    assert objects(store) == before
    assert (found.table.statistic.n_samples, found.columns, found.table.unused) == (2, ("bmi", "y"), ["city"])
    assert found.error
    assert found.error.mse == pytest.approx((3**2 + 0**2) / 2)
    store.create("data/m/b.csv", B)
    after = train(store, request()).document
    assert found.after == after
    assert found.before
    assert found.before.coef == pytest.approx([2.0])


def test_a_check_of_a_table_that_is_there_is_of_the_one_in_its_place(store: Store) -> None:
    store.create("data/m/a.csv", A)
    train(store, request())
    found = check(store, request(), "data/m/a.csv", table(b"bmi,y\n1,5\n2,5\n", "a.csv"))
    assert found.after.evaluation["n_samples"] == 2
    assert found.after.coef == pytest.approx([0.0])


def test_a_check_before_there_is_a_model_has_no_error_to_tell(store: Store) -> None:
    found = check(store, request(), "data/m/b.csv", table(A))
    assert (found.before, found.error) == (None, None)
    assert list(store.list_objects("")) == []


def test_a_check_of_a_bad_table_names_its_faults(store: Store) -> None:
    store.create("data/m/a.csv", A)
    train(store, request())
    with pytest.raises(InvalidInput, match=r"data/m/b\.csv, line 2, column 'y'"):
        check(store, request(), "data/m/b.csv", table(b"bmi,y\n1,x\n"))


def test_a_check_of_forgotten_bytes_says_so(store: Store) -> None:
    store.create("data/m/a.csv", A)
    store.create("data/m/b.csv", B)
    train(store, request())
    forget(store, "m", "data/m/b.csv", CAUSE)
    with pytest.raises(InvalidInput, match="forgotten"):
        check(store, request(), "data/m/b.csv", table(B))
    check(store, request(), "data/m/c.csv", table(B))
