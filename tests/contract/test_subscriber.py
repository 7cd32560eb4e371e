"""The door of events, which takes them without a credential, and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.contract.callers import TABLE, closed_settings, fault, key
from tests.contract.conftest import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

EVENT = {
    "specversion": "1.0",
    "id": "1",
    "source": "minio:s3..b",
    "type": "com.amazonaws.s3.ObjectCreated:Put",
    "subject": "data/default/a.csv",
}
STRUCTURED = {"content-type": "application/cloudevents+json"}


@dataclass(frozen=True)
class Door:
    """Where events are taken, and the bucket of their tables."""

    client: httpx.Client
    bucket: Path

    def objects(self) -> list[Path]:
        return sorted(path for path in self.bucket.rglob("*") if path.is_file())


@pytest.fixture(scope="module", params=["functions-framework", "image"])
def events(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Run the target `events` on a bucket with a table."""
    bucket = tmp_path_factory.mktemp("bucket")
    table = bucket / "data" / "default" / "a.csv"
    table.parent.mkdir(parents=True)
    table.write_text(TABLE)
    with running(request.param, "train", bucket.as_uri(), target="events") as client:
        yield Door(client, bucket)


def test_what_is_no_event_trains_nothing(events: Door) -> None:
    before = events.objects()
    for path in ("/", "/train"):
        for body in ({}, {"target": "bmi"}, {"dry_run": True}, EVENT):
            fault(events.client.post(path, json=body), 415, "about:blank")
        fault(events.client.get(path), 405, "about:blank")
        fault(events.client.put(path, json=EVENT, headers=STRUCTURED), 405, "about:blank")
    for path in ("/notifications", "/stream", "/v1/models", "/v1/models/default"):
        fault(events.client.get(path), 404, "about:blank")
    assert events.objects() == before


def test_an_event_trains_what_the_bucket_has_at_either_path(events: Door) -> None:
    first = events.client.post("/train", content=json.dumps(EVENT), headers=STRUCTURED)
    assert (first.status_code, first.headers["ce-type"]) == (200, "io.github.lr-sgd.model.trained")
    again = events.client.post("/", content=json.dumps({**EVENT, "id": "2"}), headers=STRUCTURED)
    assert again.status_code == 204
    batch = {"content-type": "application/cloudevents-batch+json"}
    fault(events.client.post("/", content=json.dumps([EVENT]), headers=batch), 415, "about:blank")


def test_it_says_that_it_lives_and_what_it_takes(events: Door) -> None:
    assert events.client.get("/healthz").json() == {"status": "ok"}
    document = events.client.get("/openapi.json").json()
    OpenAPIV31SpecValidator(document).validate()
    assert set(document["paths"]) == {"/", "/train", "/healthz", "/openapi.json"}


def test_with_keys_it_asks_for_one_as_train_does(tmp_path: Path) -> None:
    with running("image", "train", tmp_path.as_uri(), target="events", **closed_settings()) as client:
        fault(client.post("/train", content=json.dumps(EVENT), headers=STRUCTURED), 401, "unauthenticated")
        with_key = {**STRUCTURED, **key("train")}
        assert client.post("/train", content=json.dumps(EVENT), headers=with_key).status_code == 204
