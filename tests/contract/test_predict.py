from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lr_core.life.forgetting import forget

if TYPE_CHECKING:
    import httpx

    from tests.contract.conftest import Service

JSON = {"content-type": "application/json"}


def problem(response: httpx.Response, status: int, kind: str) -> Any:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["type"].rsplit("/", 1)[-1] == kind
    assert body["title"]
    return body


def test_stream_answers_to_the_letter(trained: Service) -> None:
    answer = trained.predict.post("/stream", json={"record": "0.5"})
    assert answer.text == '{"prediction":"[1.00]"}'
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["LR-Model-Version"] == "f29ad5e02123"


def test_batch_answers_to_the_letter(trained: Service) -> None:
    answer = trained.predict.post("/batch", json={"records": ["0.5", 0.1, [0.3]]})
    assert answer.text == '{"predictions":"[[1.00], [0.20], [0.60]]"}'
    assert trained.predict.post("/batch", json={"records": []}).text == '{"predictions":"[]"}'


def test_v1_predicts_from_lists_and_objects(trained: Service) -> None:
    body = {"instances": [[1, 2], {"b": 2, "a": 1}], "parameters": {"unknown": 1}}
    answer = trained.predict.post("/v1/models/two:predict", json=body)
    assert answer.json()["predictions"] == pytest.approx([0.0, 0.0], abs=1e-12)
    assert "LR-Model-Version" in answer.headers


def test_the_root_predicts_with_the_default_model(trained: Service) -> None:
    assert trained.predict.post("/", json={"instances": [[3.0]]}).json()["predictions"] == pytest.approx([6.0])
    assert trained.predict.post("/", json={"instances": []}).json() == {"predictions": []}


def test_the_root_describes_the_default_model(trained: Service) -> None:
    status = trained.predict.get("/").json()
    assert (status["status"], status["model"], status["version"]) == ("alive", "default", "f29ad5e02123")
    assert status["feature_names"] == ["bmi"]
    assert status["coef"] == pytest.approx([2.0])
    assert status["evaluation"]["n_samples"] == 2
    assert isinstance(status["generation"], int)


def test_v1_lists_and_describes_models(trained: Service) -> None:
    assert {"default", "two"} <= set(trained.predict.get("/v1/models").json()["models"])
    assert trained.predict.get("/v1/models/two").json() == {"name": "two", "ready": True}


def test_health_is_answered_by_both(trained: Service) -> None:
    for client in (trained.predict, trained.train):
        assert client.get("/healthz").json() == {"status": "ok"}


def test_head_is_get_without_a_body(trained: Service) -> None:
    answer = trained.predict.head("/healthz")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"record": NaN}', b"Infinity"])
def test_what_is_not_json_is_malformed(trained: Service, body: bytes) -> None:
    for path in ("/stream", "/batch", "/", "/v1/models/two:predict"):
        problem(trained.predict.post(path, content=body, headers=JSON), 400, "malformed-request")


def test_all_faults_of_a_body_are_named(trained: Service) -> None:
    body = {"instances": [[1, 2], [1], {"a": 1}, "x", [True, None]]}
    found = problem(trained.predict.post("/v1/models/two:predict", json=body), 422, "invalid-input")
    expected = ["/instances/1", "/instances/2/b", "/instances/3", "/instances/4/0", "/instances/4/1"]
    assert [fault["pointer"] for fault in found["errors"]] == expected
    found = problem(trained.predict.post("/stream", json={"record": "x", "more": 1}), 422, "invalid-input")
    assert {fault["pointer"] for fault in found["errors"]} == {"/more"}


@pytest.mark.parametrize("value", ["1e999", "9" * 400, "1e308"])
def test_what_a_double_cannot_hold_is_refused(trained: Service, value: str) -> None:
    body = f'{{"instances": [[{value}]]}}'.encode()
    problem(trained.predict.post("/v1/models/default:predict", content=body, headers=JSON), 422, "invalid-input")


def test_a_long_run_of_digits_is_refused_as_fast_as_any_text(trained: Service) -> None:
    body = {"record": "1" * 1_000_000 + "x"}
    problem(trained.predict.post("/stream", json=body), 422, "invalid-input")


@pytest.mark.parametrize("depth", [500, 900, 950, 980, 990, 1_000, 100_000])
def test_deep_nesting_is_refused_at_any_depth(trained: Service, depth: int) -> None:
    nested = "[" * depth + "]" * depth
    for path, body in (("/stream", f'{{"record": {nested}}}'), ("/", f'{{"instances": {nested}}}')):
        answer = trained.predict.post(path, content=body, headers=JSON)
        assert answer.status_code in {400, 422}
    answer = trained.train.post("/train", content=f'{{"hyperparameters": {{"eta0": {nested}}}}}', headers=JSON)
    assert answer.status_code in {400, 422}


def test_text_that_is_not_utf_8_is_malformed_wherever_it_stands(trained: Service) -> None:
    body = b'{"instances": [[1]], "ignored": "\xff"}'
    problem(trained.predict.post("/", content=body, headers=JSON), 400, "malformed-request")


@pytest.mark.parametrize("path", ["/v1/models/nothing", "/v1/models/..", "/v1/models/%2e%2e%2fx", "/v1/models/a%00b"])
def test_a_model_that_is_not_there_is_not_found(trained: Service, path: str) -> None:
    answer = trained.predict.get(path)
    assert answer.status_code == 404
    if path.endswith("nothing"):
        problem(answer, 404, "model-not-found")
        problem(trained.predict.post(path + ":predict", json={"instances": []}), 404, "model-not-found")


@pytest.mark.parametrize("path", ["/nothing", "/stream/", "/v1", "/v1/models/two:explode", "/v1/models/two/x:predict"])
def test_a_route_that_is_not_there_is_a_plain_404(trained: Service, path: str) -> None:
    answer = trained.predict.post(path, json={})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_wrong_method_names_the_right_ones(trained: Service) -> None:
    answer = trained.predict.get("/stream")
    problem(answer, 405, "about:blank")
    assert answer.headers["allow"] == "POST"
    answer = trained.predict.delete("/")
    problem(answer, 405, "about:blank")
    assert answer.headers["allow"] == "GET, POST, HEAD"
    answer = trained.train.put("/train", json={})
    problem(answer, 405, "about:blank")


def test_another_media_type_or_a_content_coding_is_415(trained: Service) -> None:
    for path in ("/stream", "/v1/models/two:predict"):
        problem(trained.predict.post(path, data={"record": "1"}), 415, "about:blank")
        coded = trained.predict.post(path, content=b"{}", headers={**JSON, "content-encoding": "gzip"})
        problem(coded, 415, "about:blank")
    problem(trained.train.post("/train", content=b"x", headers={"content-type": "text/csv"}), 415, "about:blank")
    json_with_charset = {"content-type": "application/json; charset=utf-8"}
    assert trained.predict.post("/stream", content=b'{"record": 1}', headers=json_with_charset).status_code == 200


def test_a_body_that_is_too_large_is_413(trained: Service) -> None:
    large = b" " * 10_485_761
    problem(trained.predict.post("/stream", content=large, headers=JSON), 413, "about:blank")
    in_pieces = (large[i : i + 2**20] for i in range(0, len(large), 2**20))
    problem(trained.predict.post("/stream", content=in_pieces, headers=JSON), 413, "about:blank")


def test_a_large_body_that_is_allowed_is_answered(trained: Service) -> None:
    rows = [[i, 1] for i in range(50_000)]
    answer = trained.predict.post("/v1/models/two:predict", json={"instances": rows})
    assert answer.json()["predictions"] == pytest.approx(list(range(50_000)), abs=1e-9)


def test_any_version_predicts_by_its_name_and_one_that_was_forgotten_is_gone(service: Service) -> None:
    service.put("data/lives/a.csv", "bmi,y\n1,2\n2,4\n")
    first = service.train.get("/train?model=lives").json()["version"]
    service.put("data/lives/b.csv", "bmi,y\n1,3\n2,6\n")
    second = service.train.get("/train?model=lives").json()["version"]
    path = "/v1/models/lives/versions/{}:predict"
    for version, expected in ((first, 6.0), (second, 7.5)):
        answer = service.predict.post(path.format(version), json={"instances": [[3.0]]})
        assert answer.json()["predictions"] == pytest.approx([expected])
        assert answer.headers["LR-Model-Version"] == version
        ready = service.predict.get(f"/v1/models/lives/versions/{version}")
        assert ready.json() == {"name": "lives", "ready": True}
    assert service.predict.post(path.format("ffffffffffff"), json={"instances": [[3.0]]}).status_code == 404
    forget(service.store, "lives", "data/lives/b.csv", {"source": "/test", "id": "1"})
    gone = service.predict.post(path.format(second), json={"instances": [[3.0]]})
    assert gone.status_code == 410
    assert gone.headers["content-type"] == "application/problem+json"
    assert gone.json()["type"].endswith("/model-forgotten")
    assert service.predict.get("/v1/models/lives").headers["LR-Model-Version"] == first
