"""Pages of other origins: what a browser asks first, and what it has to be told with an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lr_core.store import open_store
from tests.contract.conftest import DOORS, running
from tests.documents import publish

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

PAGE, OTHER = "https://app.example", "https://other.example:8443"
STATUS_OF_NO_MODEL = "/v1/models/nothing"


def preflight(client: httpx.Client, origin: str) -> httpx.Response:
    asked = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    return client.options("/stream", headers=asked)


@pytest.mark.parametrize("door", DOORS)
def test_pages_of_named_origins_may_call_and_others_may_not(door: str, tmp_path: Path) -> None:
    with running(door, "predict", tmp_path.as_uri(), LR_CORS_ORIGINS=f"{PAGE}, http://localhost:3000") as client:
        answer = preflight(client, PAGE)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["access-control-allow-origin"] == PAGE
        assert "POST" in answer.headers["access-control-allow-methods"]
        assert "content-type" in answer.headers["access-control-allow-headers"]
        assert answer.headers["vary"] == "Origin"
        answer = client.get(STATUS_OF_NO_MODEL, headers={"origin": PAGE})  # a fault is to be read, too
        assert answer.status_code == 404
        assert answer.headers["access-control-allow-origin"] == PAGE
        assert "lr-model-version" in answer.headers["access-control-expose-headers"]
        for answer in (preflight(client, OTHER), client.get("/healthz", headers={"origin": OTHER})):
            assert answer.is_success
            assert "access-control-allow-origin" not in answer.headers
            assert answer.headers["vary"] == "Origin"
        assert client.options("/stream").status_code == 405, "which no browser asked"


@pytest.mark.parametrize("door", DOORS)
def test_a_stream_may_be_read_by_a_named_page_too(door: str, tmp_path: Path) -> None:
    publish(open_store(tmp_path.as_uri()))
    sent = {"origin": PAGE, "content-type": "text/csv"}
    with running(door, "predict", tmp_path.as_uri(), LR_CORS_ORIGINS=PAGE) as client:
        answer = client.post("/v1/models/m:predict", content=iter([b"x\n", b"0.5\n"]), headers=sent)
        assert (answer.status_code, answer.text) == (200, "prediction\n0.5\n")
        assert answer.headers["access-control-allow-origin"] == PAGE


def test_a_star_lets_every_page_call(tmp_path: Path) -> None:
    with running("image", "train", tmp_path.as_uri(), LR_CORS_ORIGINS="*") as client:
        for answer in (preflight(client, PAGE), client.get("/healthz")):
            assert answer.headers["access-control-allow-origin"] == "*"
            assert "vary" not in answer.headers
            assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("door", DOORS)
def test_without_the_setting_no_page_may_call(door: str, tmp_path: Path) -> None:
    with running(door, "predict", tmp_path.as_uri()) as client:
        assert preflight(client, PAGE).status_code == 405
        assert "access-control-allow-origin" not in client.get("/healthz", headers={"origin": PAGE}).headers
