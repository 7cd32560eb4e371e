"""A model of the bench's own in the bucket, which goes when it ends."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bench.knative.service import named
from lr_core.repository.keys import LATEST, alias_key, data_prefix
from lr_core.settings import S3Settings
from lr_core.store import open_store
from tests.e2e.cluster import secret, until
from tests.e2e.tls import bucket_door, trusting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lr_core.store import Store

__all__ = ["ROW", "Model", "learned"]

ROW = b'{"instances": [[0.05]]}'
PREFIXES = ("data", "models", "statistics")
GONE_S = 120


@dataclass(frozen=True, slots=True)
class Model:
    """A name, and the bucket as its operator sees it."""

    name: str
    bucket: Store

    @property
    def path(self) -> str:
        """Return the route that predicts."""
        return f"/v1/models/{self.name}:predict"

    def put(self, table: str, slope: float) -> str:
        """Put a table of y = 152 + slope · bmi, and return its key."""
        key = data_prefix(self.name) + table
        rows = "".join(f"{bmi},{152 + slope * bmi}\n" for bmi in (-0.04, -0.01, 0.02, 0.06))
        self.bucket.create(key, f"bmi,y\n{rows}".encode())
        return key

    def latest(self) -> Any:
        """Return the alias that trainings move."""
        return json.loads(self.bucket.get(alias_key(self.name, LATEST)).data)

    def remove(self) -> None:
        """Delete all that stands under the name, the tables first; a training in flight may write once more."""
        until(lambda: not self._delete_all(), f"nothing is left of {self.name}", GONE_S)

    def _delete_all(self) -> list[str]:
        found = [item.key for part in PREFIXES for item in self.bucket.list_objects(f"{part}/{self.name}/")]
        for key in found:
            self.bucket.delete(key)
        return found


@contextmanager
def learned(gateway: str) -> Iterator[Model]:
    """Have a model of one small table that the deployed train has learned, for as long as the context lasts."""
    operator = secret("minio-root")
    with trusting(), bucket_door() as endpoint:
        access = S3Settings(
            endpoint=endpoint,
            access_key_id=operator["MINIO_ROOT_USER"],
            secret_access_key=operator["MINIO_ROOT_PASSWORD"],
        )
        model = Model(f"bench-{uuid4().hex[:8]}", open_store("s3://linear-regression", access))
        try:
            model.put("first.csv", 950)
            train = named("lr-train", gateway, "/train", json.dumps({"model": model.name}).encode())
            with train.connected() as learn:
                learn()
            yield model
        finally:
            model.remove()
