"""gRPC through Knative and Kourier: from zero, one message and a stream of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import grpc
import pytest
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from lr_core.grpc import messages
from lr_core.grpc.client import Batch, Client
from tests.contract.remote import matrix, predictions
from tests.e2e.cluster import get, pods, until
from tests.e2e.conftest import WAKE_S, key
from tests.e2e.models import FIRST
from tests.e2e.test_lifecycle import TO_ZERO_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.models import Model

SERVICE = "lr-predict-grpc"
N_BATCHES, N_ROWS = 100, 10_000


@pytest.fixture(scope="module")
def authority() -> str:
    """Give the name that the gateway tells the Service by."""
    return str(urlsplit(get("ksvc", SERVICE)["status"]["url"]).netloc)


@pytest.fixture(scope="module")
def target(gateway: str) -> str:
    """Give the gateway's host and port."""
    return urlsplit(gateway).netloc


@pytest.fixture(scope="module")
def channel(target: str, authority: str) -> Iterator[Any]:
    with grpc.insecure_channel(target, [("grpc.default_authority", authority)]) as channel:
        yield channel


def metadata() -> tuple[tuple[str, str], ...]:
    """Return what says the key, as the headers of HTTP do."""
    return tuple((name.lower(), value) for name, value in key().items())


@pytest.fixture
def learned(model: Model) -> Model:
    """Give a model y = 2·x + 1."""
    model.put("first.csv", FIRST)
    model.learn()
    return model


def asked(channel: Any, model: str) -> Any:
    """Ask for the prediction of 10, and return the answer and what came behind it."""
    method = channel.unary_unary(
        messages.path("ModelInfer"),
        messages.ModelInferRequest.SerializeToString,
        messages.ModelInferResponse.FromString,
    )
    return method.with_call(matrix(model, [(10.0,)], id="1"), timeout=WAKE_S, metadata=metadata())


def test_a_call_wakes_a_pod_from_zero_and_names_its_version(channel: Any, learned: Model) -> None:
    until(lambda: not pods(SERVICE), f"{SERVICE} has no pod", TO_ZERO_S)
    answer, call = asked(channel, learned.name)
    assert predictions(answer) == pytest.approx([21.0], rel=1e-12)
    assert answer.id == "1"
    assert dict(call.trailing_metadata())["lr-model-version"] == answer.model_version
    assert pods(SERVICE)


def test_a_million_rows_stream_through_the_gateway(target: str, authority: str, learned: Model) -> None:
    rows = [(i / 4,) for i in range(N_ROWS)]
    expected = pytest.approx([2 * x + 1 for (x,) in rows], rel=1e-9)
    with Client(target, authority, key=os.environ.get("LR_KEY")) as client:
        described = client.described(learned.name)
        assert (described.feature_names, described.private) == (["x"], [])
        batches = (Batch(str(i), rows) for i in range(N_BATCHES))
        answers = list(client.predict(learned.name, described.version, batches))
    assert len(answers) == N_BATCHES
    assert list(answers[0]) == expected
    assert all(answer == answers[0] for answer in answers)


def test_what_is_wrong_has_its_code_behind_the_gateway(channel: Any) -> None:
    with pytest.raises(grpc.RpcError) as error:
        asked(channel, "no-such-model")
    assert error.value.code() == grpc.StatusCode.NOT_FOUND


def test_who_says_no_key_is_not_known(channel: Any) -> None:
    method = channel.unary_unary(messages.path("ModelInfer"))
    with pytest.raises(grpc.RpcError) as error:
        method(b"", timeout=WAKE_S)
    assert error.value.code() == grpc.StatusCode.UNAUTHENTICATED


def test_health_is_said_through_the_gateway(channel: Any) -> None:
    answer = HealthStub(channel).Check(HealthCheckRequest(service=messages.SERVICE), timeout=WAKE_S)
    assert answer.status == HealthCheckResponse.SERVING
