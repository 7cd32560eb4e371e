"""Triton's client, by HTTP and by gRPC, against a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.clients.conftest import said, serving_grpc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.clients.conftest import Served

STATUSES = {"http": ("404", "400"), "grpc": ("StatusCode.NOT_FOUND", "StatusCode.INVALID_ARGUMENT")}


@pytest.fixture(scope="module")
def http(served: Served) -> dict[str, Any]:
    """Make the calls by HTTP."""
    return {"kind": "http"} | said("tritonclient", "triton", "http", served.address, served.first)


@pytest.fixture(scope="module")
def grpc(served: Served) -> Iterator[dict[str, Any]]:
    """Make the calls by gRPC."""
    with serving_grpc(served.store) as address:
        yield {"kind": "grpc"} | said("tritonclient", "triton", "grpc", address, served.first)


@pytest.fixture(params=["http", "grpc"])
def given(request: pytest.FixtureRequest) -> Any:
    """Return what the calls gave, by one and by the other."""
    return request.getfixturevalue(request.param)


def test_server_and_models_are_live_and_ready(given: dict[str, Any]) -> None:
    assert given["health"] == {"live": True, "ready": True, "two": True, "version": True}


def test_a_model_that_is_not_there_is_not_ready(given: dict[str, Any]) -> None:
    assert given["missing"] is False, "as Triton answers"


def test_server_and_models_describe_themselves(given: dict[str, Any], served: Served) -> None:
    assert given["server"]["name"] == "lr-sgd"
    assert (given["model"]["name"], given["model"]["versions"]) == ("two", [served.version])
    (rows,), (output,) = given["model"]["inputs"], given["model"]["outputs"]
    assert (rows["datatype"], list(map(int, rows["shape"]))) == ("FP64", [-1, 2])
    assert (output["name"], output["datatype"], list(map(int, output["shape"]))) == ("predict", "FP64", [-1])
    assert (given["version"]["name"], given["version"]["versions"]) == ("lives", [served.first])


def test_every_datatype_of_numbers_is_understood(given: dict[str, Any]) -> None:
    assert len(given["by_datatype"]) == 6
    for datatype, predictions in given["by_datatype"].items():
        assert predictions == pytest.approx([2, 1], abs=1e-12), datatype


def test_features_may_come_as_a_tensor_each(given: dict[str, Any]) -> None:
    assert given["a_tensor_a_feature"] == pytest.approx([0, -0.5], abs=1e-12)


def test_many_rows_are_predicted_in_one_request(given: dict[str, Any]) -> None:
    shape, datatype, error = given["many_rows"]
    assert (shape, datatype) == ([20_000], "float64")
    assert error < 1e-12


def test_an_answer_names_its_request_its_model_and_its_version(given: dict[str, Any], served: Served) -> None:
    assert given["named"] == ["42", "two", served.version]


def test_a_version_of_the_past_infers_by_its_name(given: dict[str, Any]) -> None:
    assert given["by_version"] == [pytest.approx([6]), pytest.approx([7.5])]


def test_requests_may_be_many_at_once(given: dict[str, Any]) -> None:
    assert given["asynchronous"] == [pytest.approx([row + 1], abs=1e-12) for row in range(5)]


def test_what_cannot_be_answered_is_the_clients_exception_and_says_why(given: dict[str, Any]) -> None:
    missing, wrong = STATUSES[given["kind"]]
    refusals = given["refusals"]
    assert {name: status for name, (status, _) in refusals.items()} == {
        "model": missing,
        "shape": wrong,
        "number": wrong,
        "features": wrong,
    }
    assert "there is no model" in refusals["model"][1]
    assert "[1, 3]" in refusals["shape"][1]
    assert "found nan" in refusals["number"][1]
    assert '"b"' in refusals["features"][1]
    assert '"c"' in refusals["features"][1]


def test_json_and_bytes_may_go_either_way_by_http(http: dict[str, Any]) -> None:
    assert list(http["forms"]) == ["False False", "False True", "True False", "True True"]
    for form, (predictions, in_bytes) in http["forms"].items():
        assert predictions == pytest.approx([0.5, -0.5], abs=1e-12), form
        assert in_bytes == form.endswith("True")
    assert http["json_by_datatype"] == http["by_datatype"], "the same bits"


def test_a_fault_in_a_stream_by_grpc_is_its_own_and_the_stream_goes_on(grpc: dict[str, Any]) -> None:
    first, fault, last = grpc["stream"]
    assert first == pytest.approx([2], abs=1e-12)
    assert "[1, 3]" in fault
    assert last == pytest.approx([3, -1], abs=1e-12)
