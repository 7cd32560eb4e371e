"""The Open Inference Protocol V2 over REST, behind each door."""

from __future__ import annotations

from struct import pack, unpack
from typing import TYPE_CHECKING, Any

import pytest

from lr_core.life.forgetting import forget
from tests.tensors import HEADER_LENGTH, in_binary, in_json, tensor

if TYPE_CHECKING:
    import httpx

    from tests.contract.conftest import Service

JSON = {"content-type": "application/json"}
BINARY = "application/octet-stream"
INFER = "/v2/models/two/infer"


def error(response: httpx.Response, status: int) -> str:
    """Return what is wrong, having seen that it is said as the protocol says it."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    (text,) = response.json().values()
    assert list(response.json()) == ["error"]
    assert isinstance(text, str)
    return text


def test_the_server_describes_itself(trained: Service) -> None:
    server = trained.predict.get("/v2").json()
    assert (server["name"], server["extensions"]) == ("lr-sgd", ["binary_tensor_data"])
    assert server["version"].startswith("2.")
    assert trained.predict.get("/v2/health/live").json() == {"live": True}
    assert trained.predict.get("/v2/health/ready").json()["ready"] is True


def test_a_model_and_a_version_of_it_describe_themselves(trained: Service) -> None:
    answer = trained.predict.get("/v2/models/two")
    version = answer.headers["LR-Model-Version"]
    described = answer.json()
    assert (described["name"], described["versions"]) == ("two", [version])
    assert [(each["datatype"], each["shape"]) for each in described["inputs"]] == [("FP64", [-1, 2])]
    assert described["outputs"] == [{"name": "predict", "datatype": "FP64", "shape": [-1]}]
    assert trained.predict.get(f"/v2/models/two/versions/{version}").json() == described
    for path in ("/v2/models/two/ready", f"/v2/models/two/versions/{version}/ready"):
        answer = trained.predict.get(path)
        assert answer.json() == {"name": "two", "ready": True}
        assert answer.headers["LR-Model-Version"] == version


def test_json_is_answered_with_json(trained: Service) -> None:
    body = in_json(tensor([[1, 2], [3, 4.5]], 2, 2, datatype="FP32"), id="42", outputs=[{"name": "predict"}])
    answer = trained.predict.post(INFER, content=body, headers=JSON)
    assert answer.headers["content-type"] == "application/json"
    assert HEADER_LENGTH not in answer.headers
    said = answer.json()
    assert (said["model_name"], said["model_version"]) == ("two", answer.headers["LR-Model-Version"])
    assert said["id"] == "42"
    (output,) = said["outputs"]
    assert (output["name"], output["datatype"], output["shape"]) == ("predict", "FP64", [2])
    assert output["data"] == pytest.approx([0.0, -0.5], abs=1e-12)


def test_binary_tensors_come_and_go_behind_the_json(trained: Service) -> None:
    flat = [float(i % 7) for i in range(20_000)]
    for n_rows in (0, 1, 10_000):
        body, length = in_binary(
            tensor(flat[:n_rows], n_rows, name="b"),
            tensor(flat[n_rows : 2 * n_rows], n_rows, 1, name="a"),
            parameters={"binary_data_output": True},
        )
        answer = trained.predict.post(INFER, content=body, headers={"content-type": BINARY, HEADER_LENGTH: length})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == BINARY
        assert "LR-Model-Version" in answer.headers
        packed = answer.content[int(answer.headers[HEADER_LENGTH]) :]
        rows = [[flat[n_rows + i], flat[i]] for i in range(n_rows)]
        by_v1 = trained.predict.post("/v1/models/two:predict", json={"instances": rows}).json()["predictions"]
        assert packed == pack(f"<{n_rows}d", *by_v1), "the same bits"


def test_binary_may_be_asked_for_by_json_and_json_by_binary(trained: Service) -> None:
    outputs = [{"name": "predict", "parameters": {"binary_data": True}}]
    answer = trained.predict.post(INFER, content=in_json(tensor([1, 2], 1, 2), outputs=outputs), headers=JSON)
    (prediction,) = unpack("<d", answer.content[int(answer.headers[HEADER_LENGTH]) :])
    body, length = in_binary(tensor([1, 2], 1, 2, datatype="UINT8"))
    answer = trained.predict.post(INFER, content=body, headers={HEADER_LENGTH: length})
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["outputs"][0]["data"] == [prediction]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"),
        (b'{"inputs": [NaN]}', "NaN"),
        (b"{}", "/inputs: expected a list"),
        (in_json(tensor([1, 2, 3], 1, 2)), "/inputs/0/data: expected 2 values"),
        (in_json(tensor([1, "x"], 1, 2), outputs=[{"name": "upper"}]), "/inputs/0/data/1: expected a number"),
        (in_json(tensor([1, "x"], 1, 2), outputs=[{"name": "upper"}]), "/outputs/0/name: "),
        (in_json(tensor(["x"], 1, name="a", datatype="BYTES")), "BYTES"),
        (in_json(tensor([1e308, -1e308], 1, 2), tensor([1], 1)), "/inputs/0/name"),
        (in_binary(tensor([1, 2], 1, 2))[0], HEADER_LENGTH),
    ],
)
def test_what_is_wrong_is_400_and_one_sentence_of_all_faults(trained: Service, body: bytes, said: str) -> None:
    assert said.lower() in error(trained.predict.post(INFER, content=body, headers=JSON), 400).lower()


def test_sizes_that_do_not_agree_are_400(trained: Service) -> None:
    body, length = in_binary(tensor([1.0, 2.0], 1, 2))
    for content, header in ((body[:-1], length), (body + b"x", length), (body, "9999"), (body, "x")):
        headers = {"content-type": BINARY, HEADER_LENGTH: header}
        assert error(trained.predict.post(INFER, content=content, headers=headers), 400)


def test_what_is_not_there_is_404(trained: Service) -> None:
    for path in ("/v2/models/nothing", "/v2/models/nothing/ready", "/v2/models/two/versions/ffffffffffff"):
        assert "there is no model" in error(trained.predict.get(path), 404)
    for path in ("/v2/nothing", "/v2/", "/v2/models", "/v2/models/two/", "/v2/models/two/x", "/v2/models/two/infer/"):
        assert "/openapi.json" in error(trained.predict.get(path), 404)
    assert error(trained.predict.post("/v2/models/nothing/infer", content=b"{", headers=JSON), 404)


def test_methods_media_types_and_lengths_are_as_elsewhere(trained: Service) -> None:
    answer = trained.predict.get(INFER)
    assert error(answer, 405)
    assert answer.headers["allow"] == "POST"
    assert error(trained.predict.post("/v2", content=b""), 405)
    assert error(trained.predict.post(INFER, content=b"a", headers={"content-type": "text/csv"}), 415)
    assert error(trained.predict.post(INFER, content=b"{}", headers={**JSON, "content-encoding": "gzip"}), 415)
    large = b" " * 10_485_761
    assert error(trained.predict.post(INFER, content=large, headers=JSON), 413)
    in_pieces = (large[i : i + 2**20] for i in range(0, len(large), 2**20))
    assert error(trained.predict.post(INFER, content=in_pieces, headers=JSON), 413)


def test_any_version_infers_by_its_name_and_one_that_was_forgotten_is_gone(service: Service) -> None:
    def trained_to() -> Any:
        return service.train.get("/train?model=v2-lives").json()["version"]

    service.put("data/v2-lives/a.csv", "bmi,y\n1,2\n2,4\n")
    first = trained_to()
    service.put("data/v2-lives/b.csv", "bmi,y\n1,3\n2,6\n")
    second = trained_to()
    path = "/v2/models/v2-lives/versions/{}/infer"
    for version, expected in ((first, 6.0), (second, 7.5)):
        answer = service.predict.post(path.format(version), content=in_json(tensor([3.0], 1, 1)), headers=JSON)
        assert answer.json()["outputs"][0]["data"] == pytest.approx([expected])
        assert answer.json()["model_version"] == answer.headers["LR-Model-Version"] == version
    forget(service.store, "v2-lives", "data/v2-lives/b.csv", {"source": "/test", "id": "1"})
    gone = service.predict.post(path.format(second), content=in_json(tensor([3.0], 1, 1)), headers=JSON)
    assert "forgotten" in error(gone, 410)


def test_explanations_add_up_to_predictions(trained: Service) -> None:
    body = {"instances": [[1, 2], {"b": 4.5, "a": 3}]}
    plain = trained.predict.get("/v1/models/two")
    for path in ("two", f"two/versions/{plain.headers['LR-Model-Version']}"):
        answer = trained.predict.post(f"/v1/models/{path}:explain", json=body)
        assert answer.headers["LR-Model-Version"] == plain.headers["LR-Model-Version"]
        said = answer.json()
        assert said["predictions"] == pytest.approx([0.0, -0.5], abs=1e-12)
        for prediction, each in zip(said["predictions"], said["explanations"], strict=True):
            assert list(each["contributions"]) == ["a", "b"]
            assert each["base"] + sum(each["contributions"].values()) == pytest.approx(prediction, abs=1e-12)
    assert trained.predict.get("/v1/models/two:explain").status_code == 405
    faulty = trained.predict.post("/v1/models/two:explain", json={"instances": [[1]]})
    assert (faulty.status_code, faulty.headers["content-type"]) == (422, "application/problem+json")
    assert [fault["pointer"] for fault in faulty.json()["errors"]] == ["/instances/0"]
