"""A model of its own for a test: its tables, what they give, and its answers over HTTP.

Whoever hears of a table first trains: an event, the clock, or the test itself. So what a test may expect of a model is
what its tables give, and neither a number of trainings nor who did them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import obstore
import pytest

from lr_core.document import decode
from lr_core.errors import DatasetNotFound
from lr_core.store import open_store
from lr_core.training.request import TrainRequest
from lr_core.training.train import train
from tests.e2e.cluster import until

if TYPE_CHECKING:
    from collections.abc import Iterable

    import httpx
    from obstore.store import S3Store

    from lr_core.document import Document

__all__ = ["FIRST", "SECOND", "Model", "answer_of", "csv", "new_name"]

FIRST = [(0, 1), (1, 3), (2, 5)]  # y = 1 + 2x
SECOND = [(0, 3), (1, 5), (2, 7)]  # y = 3 + 2x; both together give y = 2 + 2x
# A pod may have to start, or MinIO to send what it could not send at once.
TO_NEW_MODEL_S = 120


@dataclass(frozen=True)
class Model:
    """A name in the bucket, seen by its operator, and both functions."""

    name: str
    bucket: S3Store
    train: httpx.Client
    predict: httpx.Client

    def key(self, table: str) -> str:
        """Return the key of a table."""
        return f"data/{self.name}/{table}"

    def put(self, table: str, rows: Iterable[tuple[float, float]]) -> None:
        """Put a table of the columns x and y, which must be new."""
        obstore.put(self.bucket, self.key(table), csv(rows).encode(), mode="create")

    def delete(self, table: str) -> None:
        """Delete a table."""
        obstore.delete(self.bucket, self.key(table))

    def learn(self) -> Any:
        """Train on all tables and return the summary."""
        return answer_of(self.train.post("/train", json={"model": self.name}))

    def ask(self, *instances: list[float]) -> httpx.Response:
        """Ask predict for the predictions for some instances."""
        return self.predict.post(f"/v1/models/{self.name}:predict", json={"instances": list(instances)})

    def answer(self, *instances: list[float]) -> list[float]:
        """Return the predictions for some instances."""
        predictions: list[float] = answer_of(self.ask(*instances))["predictions"]
        return predictions

    def keys(self, prefix: str) -> list[str]:
        """Name the model's objects under a prefix of the bucket, sorted."""
        pages = obstore.list(self.bucket, f"{prefix}/{self.name}/")
        return sorted(item["path"] for page in pages for item in page)

    def read(self, key: str) -> bytes:
        """Read an object of the bucket."""
        return bytes(obstore.get(self.bucket, key).bytes())

    def latest(self) -> Any:
        """Return the alias that trainings move, or None."""
        try:
            return json.loads(self.read(f"models/{self.name}/aliases/latest.json"))
        except FileNotFoundError:
            return None

    def reference(self) -> Document | None:
        """Learn the present tables in memory, and return what they give: None where nothing can be learned."""
        store = open_store("memory://")
        for key in self.keys("data"):
            store.create(key, self.read(key))
        try:
            stored = train(store, TrainRequest(self.name, {"source": "reference", "id": self.name})).alias
        except DatasetNotFound:
            return None
        return decode(bytes(stored.document))

    def is_on(self, version: str | None) -> bool:
        """Tell whether a version is the latest."""
        latest = self.latest()
        return latest is not None and latest["version"] == version

    def learned(self) -> Any:
        """Wait until the latest version is that of the present tables, whoever trains; return the alias.

        The version is a hash of the tables, so the one that is computed here is the one that the cluster has to find.
        """
        expected = self.reference()
        assert expected is not None
        until(lambda: self.is_on(expected.version), f"{self.name} is version {expected.version}", TO_NEW_MODEL_S)
        latest = self.latest()
        assert latest["document"]["digest"] == expected.digest
        assert latest["document"]["coef"] == pytest.approx(expected.coef, rel=1e-12)
        assert latest["document"]["intercept"] == pytest.approx(expected.intercept, rel=1e-12)
        return latest

    def emptied(self) -> Any:
        """Wait until the latest version is none, after the last table went; return the alias."""
        until(lambda: self.is_on(None), f"{self.name} has no version", TO_NEW_MODEL_S)
        return self.latest()

    def answers(self, instance: list[float], prediction: float) -> None:
        """Wait until predict, which may hold what it knew for a moment, answers with a prediction."""

        def does() -> bool:
            said = self.ask(instance)
            return said.status_code == 200 and said.json()["predictions"] == pytest.approx([prediction], rel=1e-12)

        until(does, f"{self.name} predicts {prediction} for {instance}", TO_NEW_MODEL_S)

    def remove(self) -> None:
        """Delete all that stands under the name, the tables first; a training in flight may write once more."""
        until(lambda: not self._delete_all(), f"nothing is left of {self.name}", TO_NEW_MODEL_S)

    def _delete_all(self) -> list[str]:
        found = [key for prefix in ("data", "models", "statistics") for key in self.keys(prefix)]
        obstore.delete(self.bucket, found)
        return found


def csv(rows: Iterable[tuple[float, float]]) -> str:
    """Return a table of the columns x and y."""
    return "x,y\n" + "".join(f"{x},{y}\n" for x, y in rows)


def new_name() -> str:
    """Return a name that no model has."""
    return f"e2e-{uuid4().hex[:8]}"


def answer_of(response: httpx.Response) -> Any:
    """Return the JSON of a response, which must be 200."""
    assert response.status_code == 200, f"{response.request.url}: {response.status_code} {response.text}"
    return response.json()
