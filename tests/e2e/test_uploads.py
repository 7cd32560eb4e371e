"""A table that lands in the bucket is learned, one that goes is forgotten, and nobody calls train."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from tests.e2e.cluster import until
from tests.e2e.models import FIRST, SECOND, TO_NEW_MODEL_S, csv
from tests.e2e.programs import BUCKET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tests.e2e.models import Model
    from tests.e2e.programs import Operator

    Upload = Callable[[Model, str, Iterable[tuple[float, float]]], None]

pytestmark = pytest.mark.usefixtures("without_clock")
MINIO_SAYS = "minio:s3."


@pytest.fixture
def upload(operator: Operator, tmp_path: Path) -> Upload:
    """Copy a table into the bucket as its operator does."""

    def copy(model: Model, table: str, rows: Iterable[tuple[float, float]]) -> None:
        path = tmp_path / table
        path.write_text(csv(rows))
        operator.mc("cp", str(path), f"minio/{BUCKET}/{model.key(table)}")

    return copy


def test_an_uploaded_table_becomes_a_model_and_another_one_changes_its_answers(model: Model, upload: Upload) -> None:
    upload(model, "first.csv", FIRST)
    assert model.learned()["cause"]["source"].startswith(MINIO_SAYS)
    model.answers([10.0], 21.0)
    upload(model, "second.csv", SECOND)
    assert model.learned()["cause"]["source"].startswith(MINIO_SAYS)
    model.answers([10.0], 22.0)


def test_a_deleted_table_is_forgotten_and_the_last_one_leaves_no_model(
    model: Model, upload: Upload, operator: Operator
) -> None:
    upload(model, "first.csv", FIRST)
    first = model.learned()["version"]
    upload(model, "second.csv", SECOND)
    model.learned()
    model.answers([10.0], 22.0)
    operator.mc("rm", f"minio/{BUCKET}/{model.key('second.csv')}")
    assert model.learned()["version"] == first
    model.answers([10.0], 21.0)
    operator.mc("rm", f"minio/{BUCKET}/{model.key('first.csv')}")
    assert model.emptied()["cause"]["source"].startswith(MINIO_SAYS)
    until(lambda: model.ask([10.0]).status_code == 404, "predict knows no such model", TO_NEW_MODEL_S)
    assert model.ask([10.0]).json()["type"].endswith("/model-not-found")


def test_a_key_of_space_plus_and_umlaut_arrives_as_it_is(model: Model, upload: Upload, operator: Operator) -> None:
    key = model.key("a b+ü.csv")
    digest = sha256(key.encode()).hexdigest()  # the last part of the id that notify gives an event
    upload(model, "a b+ü.csv", FIRST)
    learned = model.learned()
    assert learned["cause"]["id"].endswith(f".{digest}")
    lineage = json.loads(model.read(f"models/{model.name}/versions/{learned['version']}/lineage.json"))
    assert [table["key"] for table in lineage["tables"]] == [key]
    model.answers([10.0], 21.0)
    operator.mc("rm", f"minio/{BUCKET}/{key}")
    assert model.emptied()["cause"]["id"].endswith(f".{digest}")
