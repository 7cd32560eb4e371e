"""What happens without a store, or with wrong settings."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.contract.conftest import DOORS, ROOT, command, environment, running
from tests.waiting import free_ports

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("door", DOORS)
def test_without_a_store_the_answer_is_503_and_says_nothing_private(door: str) -> None:
    (port,) = free_ports(1)
    store = {"AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{port}", "LR_STORE_TIMEOUT_S": "0.5"}
    with running(door, "predict", "s3://bucket", **store) as client:
        for path in ("/", "/v1/models", "/v1/models/m"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert answer.headers["content-type"] == "application/problem+json"
            assert int(answer.headers["retry-after"]) > 0
            assert answer.json()["type"].endswith("/store-unavailable")
            assert str(port) not in answer.text
        for method, path in (("GET", "/v2/models/m"), ("GET", "/v2/models/m/ready"), ("POST", "/v2/models/m/infer")):
            answer = client.request(method, path)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
            assert list(answer.json()) == ["error"]
            assert str(port) not in answer.text
        assert client.get("/v2/health/ready").status_code == 200
        assert client.get("/healthz").status_code == 200


def test_training_without_a_store_is_503() -> None:
    (port,) = free_ports(1)
    store = {"AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{port}", "LR_STORE_TIMEOUT_S": "0.5"}
    with running("image", "train", "s3://bucket", **store) as client:
        answer = client.get("/train")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("function", ["predict", "train"])
def test_an_unknown_setting_stops_the_start_and_names_those_that_are(door: str, function: str, tmp_path: Path) -> None:
    ended = subprocess.run(
        command(door, function, function, free_ports(1)[0]),
        check=False,
        cwd=ROOT / "functions" / function,
        env=environment(tmp_path.as_uri(), 0, LR_MODLE="x"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode != 0
    assert "LR_MODLE" in ended.stderr
    assert "LR_MODEL_TTL_S" in ended.stderr
    if door != "functions-framework":
        assert "Traceback" not in ended.stderr
