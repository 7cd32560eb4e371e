"""A smoke of the contract on the deployed images; tests/contract has the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.models import answer_of

if TYPE_CHECKING:
    import httpx

    from tests.e2e.models import Model


@pytest.fixture
def client(request: pytest.FixtureRequest, function: str) -> Any:
    return request.getfixturevalue(function)


def test_the_root_describes_the_default_model(default_model: Model) -> None:
    described = answer_of(default_model.predict.get("/"))
    assert (described["status"], described["model"]) == ("alive", "default")
    assert len(described["coef"]) == len(described["feature_names"])
    assert described["evaluation"]["n_samples"] > 0


def test_the_original_routes_answer_to_the_letter(default_model: Model) -> None:
    described = answer_of(default_model.predict.get("/"))
    (slope,), intercept = described["coef"], described["intercept"]
    half, tenth = (f"[{intercept + slope * x:.2f}]" for x in (0.5, 0.1))
    stream = default_model.predict.post("/stream", json={"record": "0.5"})
    assert stream.text == f'{{"prediction":"{half}"}}'
    assert stream.headers["LR-Model-Version"] == described["version"]
    batch = default_model.predict.post("/batch", json={"records": ["0.5", "0.1"]})
    assert batch.text == f'{{"predictions":"[{half}, {tenth}]"}}'


def test_v1_lists_and_serves_every_model_of_the_bucket(model: Model) -> None:
    model.put("t.csv", [(0, 1), (1, 3)])
    model.learn()
    assert model.name in answer_of(model.predict.get("/v1/models"))["models"]
    assert answer_of(model.predict.get(f"/v1/models/{model.name}")) == {"name": model.name, "ready": True}
    by_name = model.predict.post(f"/v1/models/{model.name}:predict", json={"instances": [{"x": 2}]})
    assert answer_of(by_name)["predictions"] == pytest.approx([5.0])


@pytest.mark.parametrize("function", ["predict", "train"])
def test_both_say_that_they_live_and_what_they_offer(client: httpx.Client) -> None:
    assert client.get("/healthz").status_code == 200
    assert answer_of(client.get("/openapi.json"))["openapi"].startswith("3.1")


PROBLEMS: list[tuple[str, str, str, dict[str, Any], int]] = [
    ("predict", "GET", "/no-such-route", {}, 404),
    ("predict", "GET", "/v1/models/no-such-model", {}, 404),
    ("predict", "DELETE", "/batch", {}, 405),
    ("predict", "POST", "/stream", {"content": b"0.5", "headers": {"content-type": "text/plain"}}, 415),
    ("predict", "POST", "/stream", {"content": b"{", "headers": {"content-type": "application/json"}}, 400),
    ("predict", "POST", "/stream", {"json": {"record": "half"}}, 422),
    ("train", "PUT", "/train", {}, 405),
    ("train", "POST", "/train", {"json": {"model": "no-such-model"}}, 422),
    ("train", "POST", "/train", {"json": {"modle": "x"}}, 422),
]


@pytest.mark.usefixtures("default_model")
@pytest.mark.parametrize(("function", "method", "path", "words", "status"), PROBLEMS)
def test_what_is_wrong_is_a_problem_document(
    client: httpx.Client, method: str, path: str, words: dict[str, Any], status: int
) -> None:
    response = client.request(method, path, **words)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status
    assert status != 405 or response.headers["allow"]
