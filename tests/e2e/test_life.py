"""The life of a table on a real MinIO: its statistics, its removal, its forgetting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.cluster import until
from tests.e2e.models import FIRST, TO_NEW_MODEL_S, answer_of

if TYPE_CHECKING:
    from tests.e2e.models import Model
    from tests.e2e.programs import Operator

SECOND = [(0, 3), (1, 5), (2, 7654321)]


def test_a_removed_table_leaves_the_model_and_the_statistics_of_the_others(model: Model) -> None:
    model.put("first.csv", FIRST)
    first = model.learn()
    kept = model.keys("statistics")
    model.put("second.csv", SECOND)
    assert model.learn()["n_samples"] == 6
    model.delete("second.csv")
    again = model.learn()
    assert again["version"] == first["version"]
    assert again["generation"] > first["generation"]
    until(lambda: model.keys("statistics") == kept, "the statistics are those of the first table", TO_NEW_MODEL_S)


def test_a_forgotten_table_leaves_no_trace(model: Model, operator: Operator) -> None:
    model.put("first.csv", FIRST)
    first = model.learn()["version"]
    model.put("second.csv", SECOND)
    second = model.learn()["version"]
    path = f"/v1/models/{model.name}/versions/{second}"
    assert answer_of(model.predict.get(path))["ready"]
    said = operator.lr_sgd("models", "forget", model.key("second.csv"))
    assert f"{model.name} is version {first}" in said
    until(lambda: model.predict.get(path).status_code == 410, "predict says that it is gone", TO_NEW_MODEL_S)
    assert model.predict.get(path).json()["type"].endswith("/model-forgotten")
    model.answers([10.0], 21.0)
    until(lambda: not traces(model, b"7654321"), "no object holds a row of the forgotten table", TO_NEW_MODEL_S)


def traces(model: Model, row: bytes) -> list[str]:
    """Name the model's objects that hold some text; one that goes meanwhile holds nothing."""
    found = []
    for key in [key for prefix in ("data", "models", "statistics") for key in model.keys(prefix)]:
        try:
            if row in model.read(key):
                found.append(key)
        except FileNotFoundError:
            continue
    return found


@pytest.mark.usefixtures("own_events_alone")
def test_a_dry_run_writes_nothing(model: Model) -> None:
    model.put("first.csv", FIRST)
    said = answer_of(model.train.post("/train", json={"model": model.name, "dry_run": True}))
    assert (said["n_samples"], said["generation"]) == (3, None)
    assert model.keys("models") + model.keys("statistics") == []
