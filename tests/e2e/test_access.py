"""Who may call what is deployed: who has a key, but for liveness, and but for the broker at a door of its own."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.e2e.cluster import FUNCTIONS, secret

if TYPE_CHECKING:
    from tests.e2e.subscriber import Subscriber

INSIDE = f"{FUNCTIONS}.svc.cluster.local"
EVENT = {"specversion": "1.0", "id": "1", "source": "/tests", "type": "com.amazonaws.s3.ObjectCreated:Put"}
STRUCTURED = {"content-type": "application/cloudevents+json"}


def anonymous(client: httpx.Client) -> httpx.Client:
    """Return a client of the same Service that has no key."""
    return httpx.Client(base_url=client.base_url, headers={"Host": client.headers["Host"]}, timeout=client.timeout)


@pytest.mark.parametrize("function", ["predict", "train"])
def test_the_gateway_leads_nobody_past_the_key(request: pytest.FixtureRequest, function: str) -> None:
    known: httpx.Client = request.getfixturevalue(function)
    with anonymous(known) as client:
        assert client.get("/healthz").status_code == 200
        for headers in ({}, {"x-api-key": "lr_wrong"}, {"authorization": "Bearer a.b.c"}):
            answer = client.get("/openapi.json", headers=headers)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Bearer realm=")
            assert client.get("/train", headers=headers).status_code == 401
        assert client.post("/train", json=EVENT, headers=STRUCTURED).status_code == 401
    assert known.get("/openapi.json").status_code == 200


def test_the_cluster_knows_no_key_but_its_hash() -> None:
    values = secret("lr-access")
    entries = re.split("[ ,]+", values["LR_API_KEYS"])
    assert entries
    assert all(re.fullmatch("[^:]+:[a-z+]+:[0-9a-f]{64}", entry) for entry in entries)


def test_the_door_of_the_broker_takes_events_and_nothing_else(subscriber: Subscriber) -> None:
    host = f"lr-events.{INSIDE}"
    other = json.dumps({**EVENT, "subject": "elsewhere/x.csv"})
    assert subscriber.status_of("POST", host, "/train", STRUCTURED, other) == 204
    assert subscriber.status_of("POST", host, "/train", {"content-type": "application/json"}, "{}") == 415
    assert subscriber.status_of("GET", host, "/train", {}) == 405
