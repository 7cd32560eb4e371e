"""A model of its own for a test: its tables, its training and its answers, over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import obstore

if TYPE_CHECKING:
    from collections.abc import Iterable

    import httpx
    from obstore.store import S3Store

__all__ = ["Model", "answer_of", "new_name"]


@dataclass(frozen=True)
class Model:
    """A name in the bucket, seen by its operator, and both functions."""

    name: str
    bucket: S3Store
    train: httpx.Client
    predict: httpx.Client

    def put(self, table: str, rows: Iterable[tuple[float, float]]) -> None:
        """Put a table of the columns x and y, which must be new."""
        text = "x,y\n" + "".join(f"{x},{y}\n" for x, y in rows)
        obstore.put(self.bucket, f"data/{self.name}/{table}", text.encode(), mode="create")

    def learn(self) -> Any:
        """Train on all tables and return the summary."""
        return answer_of(self.train.post("/train", json={"model": self.name}))

    def answer(self, *instances: list[float]) -> list[float]:
        """Return the predictions for some instances."""
        body = {"instances": list(instances)}
        predictions: list[float] = answer_of(self.predict.post(f"/v1/models/{self.name}:predict", json=body))[
            "predictions"
        ]
        return predictions

    def remove(self) -> None:
        """Delete all that stands under the name."""
        for prefix in ("data", "models", "statistics"):
            for page in obstore.list(self.bucket, f"{prefix}/{self.name}"):
                obstore.delete(self.bucket, [item["path"] for item in page])


def new_name() -> str:
    """Return a name that no model has."""
    return f"e2e-{uuid4().hex[:8]}"


def answer_of(response: httpx.Response) -> Any:
    """Return the JSON of a response, which must be 200."""
    assert response.status_code == 200, f"{response.request.url}: {response.status_code} {response.text}"
    return response.json()
