"""How often a caller may ask, behind every door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lr_core.access.keys import new_key
from tests.contract.callers import KEYS, closed_settings, fault, key
from tests.contract.conftest import DOORS, running

if TYPE_CHECKING:
    from pathlib import Path

EVENT = {
    "ce-specversion": "1.0",
    "ce-id": "1",
    "ce-source": "s",
    "ce-type": "dev.knative.sources.ping",
    "content-type": "application/json",
}


@pytest.mark.parametrize("door", DOORS)
def test_a_caller_that_asks_too_often_is_told_when_to_ask_again(door: str, tmp_path: Path) -> None:
    with running(door, "predict", tmp_path.as_uri(), **closed_settings(), LR_RATE_LIMIT="3/hour") as client:
        # At once, the long way, and a stream's begin: each request counts once, whichever way it is answered.
        stream = {"content-type": "text/csv", **key("predict")}
        first = [
            client.get("/v1/models/none", headers=key("predict")).status_code,
            client.get("/v1/models", headers=key("predict")).status_code,
            client.post("/v1/models/none:predict", content=iter([b"x\n1\n"]), headers=stream).status_code,
        ]
        assert first == [404, 200, 404]
        for path in ("/v1/models", "/v1/models/none", "/v2/models/none"):
            answer = client.get(path, headers=key("predict"))
            fault(answer, 429, "rate-limited")
            assert 1000 < int(answer.headers["retry-after"]) <= 1200
        assert client.get("/v1/models", headers=key("admin")).status_code == 200, "another caller"
        for _ in range(5):
            assert client.get("/healthz").status_code == 200
            assert client.get("/v2/health/ready").status_code == 200
        for _ in range(3):
            fault(client.get("/", headers={"x-api-key": new_key()}), 401, "unauthenticated")
        fault(client.get("/", headers={"x-api-key": new_key()}), 429, "rate-limited")
        assert client.get("/v1/models", headers=key("admin")).status_code == 200, "whom that keeps out"


@pytest.mark.parametrize("door", DOORS)
def test_without_keys_callers_are_counted_by_their_address(door: str, tmp_path: Path) -> None:
    with running(door, "predict", tmp_path.as_uri(), LR_RATE_LIMIT="2/hour") as client:
        for _ in range(2):
            assert client.get("/v1/models", headers={"x-forwarded-for": "192.0.2.1"}).status_code == 200
        for said in ("192.0.2.2", "127.0.0.1, 192.0.2.3"):
            refused = client.get("/v1/models", headers={"x-forwarded-for": said, "x-api-key": new_key()})
            fault(refused, 429, "rate-limited")


@pytest.mark.parametrize("door", DOORS)
def test_who_sends_events_is_told_so_by_503_which_brokers_send_again(door: str, tmp_path: Path) -> None:
    with running(door, "train", tmp_path.as_uri(), **closed_settings(), LR_RATE_LIMIT="1/hour") as client:
        assert client.post("/train", headers={**EVENT, **key("train")}).status_code == 204
        answer = client.post("/train", headers={**EVENT, **key("train")})
        fault(answer, 503, "rate-limited")
        assert int(answer.headers["retry-after"]) > 1000
        fault(client.post("/train", headers=key("train")), 429, "rate-limited")


def test_minio_is_told_so_by_503_too(tmp_path: Path) -> None:
    said = {"authorization": f"Bearer {KEYS['train']}"}
    with running("serve", "train", tmp_path.as_uri(), **closed_settings(), LR_RATE_LIMIT="1/hour") as client:
        assert client.post("/notifications", json={}, headers=said).status_code == 204
        fault(client.post("/notifications", json={}, headers=said), 503, "rate-limited")


def test_a_page_of_another_origin_may_read_when_to_ask_again(tmp_path: Path) -> None:
    page = "https://app.example"
    with running("image", "predict", tmp_path.as_uri(), LR_RATE_LIMIT="1/hour", LR_CORS_ORIGINS=page) as client:
        assert client.get("/v1/models", headers={"origin": page}).status_code == 200
        answer = client.get("/v1/models", headers={"origin": page})
        fault(answer, 429, "rate-limited")
        assert "retry-after" in answer.headers["access-control-expose-headers"]
        assert answer.headers["access-control-allow-origin"] == page
