"""The life of a table on a real MinIO: its statistics, its removal, its forgetting."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
import pytest

from tests.e2e.cluster import secret, until
from tests.e2e.conftest import BUCKET
from tests.e2e.models import answer_of

if TYPE_CHECKING:
    from tests.e2e.models import Model

FIRST = [(0, 1), (1, 3), (2, 5)]  # y = 1 + 2x
SECOND = [(0, 3), (1, 5), (2, 7654321)]
TO_NEW_MODEL_S = 30


def keys(model: Model, prefix: str) -> list[str]:
    return sorted(item["path"] for page in obstore.list(model.bucket, f"{prefix}/{model.name}/") for item in page)


def lr_sgd(minio: str, *words: str) -> str:
    """Run the command as the bucket's operator and return what it prints."""
    values = secret("minio-root")
    access = {
        "AWS_ENDPOINT_URL_S3": minio,
        "AWS_ACCESS_KEY_ID": values["MINIO_ROOT_USER"],
        "AWS_SECRET_ACCESS_KEY": values["MINIO_ROOT_PASSWORD"],
        "LR_STORE": f"s3://{BUCKET}",
    }
    command = [str(Path(sys.executable).with_name("lr-sgd")), *words]
    done = subprocess.run(
        command, env={**os.environ, **access}, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_removed_table_leaves_the_model_of_the_others(model: Model) -> None:
    model.put("first.csv", FIRST)
    first = model.learn()
    kept = keys(model, "statistics")
    model.put("second.csv", SECOND)
    assert model.learn()["n_samples"] == 6
    obstore.delete(model.bucket, f"data/{model.name}/second.csv")
    again = model.learn()
    assert (again["version"], again["generation"]) == (first["version"], 3)
    assert keys(model, "statistics") == kept


def test_a_forgotten_table_leaves_no_trace(model: Model, minio: str) -> None:
    model.put("first.csv", FIRST)
    first = model.learn()["version"]
    model.put("second.csv", SECOND)
    second = model.learn()["version"]
    path = f"/v1/models/{model.name}/versions/{second}"
    assert answer_of(model.predict.get(path))["ready"]
    said = lr_sgd(minio, "models", "forget", f"data/{model.name}/second.csv")
    assert f"{model.name} is version {first}" in said
    until(lambda: model.predict.get(path).status_code == 410, "predict says that it is gone", TO_NEW_MODEL_S)
    assert model.predict.get(path).json()["type"].endswith("/model-forgotten")
    assert model.answer([10.0]) == pytest.approx([21.0])
    for key in [key for prefix in ("data", "models", "statistics") for key in keys(model, prefix)]:
        assert b"7654321" not in bytes(obstore.get(model.bucket, key).bytes()), key


def test_a_dry_run_writes_nothing(model: Model) -> None:
    model.put("first.csv", FIRST)
    said = answer_of(model.train.post("/train", json={"model": model.name, "dry_run": True}))
    assert (said["n_samples"], said["generation"]) == (3, None)
    assert keys(model, "models") + keys(model, "statistics") == []
