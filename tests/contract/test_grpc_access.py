"""Who may call what by gRPC."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.protobuf.message_factory import GetMessageClass
from grpc import StatusCode
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
from grpc_reflection.v1alpha.reflection_pb2 import ServerReflectionRequest, ServerReflectionResponse

from lr_core.access.keys import entry, new_key
from tests.contract.callers import KEYS, closed_settings
from tests.contract.remote import described, matrix, predictions, serving
from tests.issuing import AUDIENCE, ISSUER, key_set, publishing, signed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.contract.command import Command
    from tests.contract.remote import Remote

ONE = "x,y\n0,0\n1,2\n"
OF_PREDICT = ("ServerMetadata", "ModelReady", "ModelMetadata", "ModelInfer")
REFLECTION = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    """Serve `one` (y = 2·x) to who has a key, or a token."""
    folder = tmp_path_factory.mktemp("grpc")
    tokens = {"LR_JWKS": key_set("a"), "LR_JWT_ISSUER": ISSUER, "LR_JWT_AUDIENCE": AUDIENCE}
    with serving((folder / "store").as_uri(), folder / "log", **closed_settings(), **tokens) as remote:
        remote.learn("one", t=ONE)
        yield remote


def request(name: str) -> Any:
    """Return a good request to a method."""
    if name == "ModelInfer":
        return matrix("one", [[3.0]])
    kind = GetMessageClass(described(name).input_type)
    return kind(name="one") if name.startswith("Model") else kind()


def code(remote: Remote, name: str, *metadata: tuple[str, str]) -> StatusCode:
    """Call a method, and return how it ended."""
    try:
        remote.method(name)(request(name), metadata=metadata, timeout=60)
    except grpc.RpcError as error:
        return error.code()
    return StatusCode.OK


@pytest.mark.parametrize("name", OF_PREDICT)
def test_predicting_needs_the_role_predict(remote: Remote, name: str) -> None:
    assert code(remote, name) is StatusCode.UNAUTHENTICATED
    for said in (new_key(), "", signed("b"), signed(exp=1), signed(aud="other")):
        assert code(remote, name, ("x-api-key", said)) is StatusCode.UNAUTHENTICATED
        assert code(remote, name, ("authorization", f"Bearer {said}")) is StatusCode.UNAUTHENTICATED
    assert code(remote, name, ("x-api-key", KEYS["train"])) is StatusCode.PERMISSION_DENIED
    assert code(remote, name, ("authorization", f"Bearer {signed(scope='lr:train')}")) is StatusCode.PERMISSION_DENIED
    for said in (KEYS["predict"], KEYS["admin"], signed()):
        assert code(remote, name, ("authorization", f"Bearer {said}")) is StatusCode.OK


def test_a_stream_needs_it_when_it_begins(remote: Remote) -> None:
    def stream(*metadata: tuple[str, str]) -> list[float]:
        call = remote.method("ModelStreamInfer")
        asked = iter([matrix("one", [[1.0]]), matrix("one", [[2.0]])])
        return [
            value
            for answer in call(asked, metadata=metadata, timeout=60)
            for value in predictions(answer.infer_response)
        ]

    for said, expected in ((None, StatusCode.UNAUTHENTICATED), (KEYS["train"], StatusCode.PERMISSION_DENIED)):
        with pytest.raises(grpc.RpcError) as error:
            stream(*([("x-api-key", said)] if said else []))
        assert error.value.code() is expected
    assert stream(("x-api-key", KEYS["predict"])) == pytest.approx([2.0, 4.0])


def test_liveness_is_for_everybody_and_reflection_for_all_who_are_known(remote: Remote) -> None:
    for name in ("ServerLive", "ServerReady"):
        assert code(remote, name) is StatusCode.OK
    answer = HealthStub(remote.channel).Check(HealthCheckRequest(), timeout=60)
    assert answer.status == HealthCheckResponse.SERVING
    reflect = remote.channel.stream_stream(
        REFLECTION, ServerReflectionRequest.SerializeToString, ServerReflectionResponse.FromString
    )
    asked = ServerReflectionRequest(list_services="")
    with pytest.raises(grpc.RpcError) as error:
        next(reflect(iter([asked]), timeout=60))
    assert error.value.code() is StatusCode.UNAUTHENTICATED
    answer = next(reflect(iter([asked]), metadata=[("x-api-key", KEYS["train"])], timeout=60))
    assert len(answer.list_services_response.service) > 1


def test_a_method_that_is_not_there_is_not_told_to_strangers(remote: Remote) -> None:
    call = remote.channel.unary_unary("/inference.GRPCInferenceService/RepositoryIndex")
    for metadata, expected in (((), StatusCode.UNAUTHENTICATED), ((("x-api-key", KEYS["predict"]),), None)):
        with pytest.raises(grpc.RpcError) as error:
            call(b"", metadata=metadata, timeout=60)
        assert error.value.code() is (expected or StatusCode.UNIMPLEMENTED)


def test_who_calls_too_often_is_told_when_to_call_again(tmp_path: Path) -> None:
    with serving(
        (tmp_path / "store").as_uri(), tmp_path / "log", **closed_settings(), LR_RATE_LIMIT="2/hour"
    ) as remote:
        said = ("x-api-key", KEYS["predict"])
        assert [code(remote, "ServerMetadata", said) for _ in range(2)] == [StatusCode.OK] * 2
        with pytest.raises(grpc.RpcError) as error:
            remote.method("ServerMetadata")(request("ServerMetadata"), metadata=[said], timeout=60)
        assert error.value.code() is StatusCode.RESOURCE_EXHAUSTED
        assert int(dict(error.value.trailing_metadata())["retry-after"]) > 1000
        assert code(remote, "ServerMetadata", ("x-api-key", KEYS["admin"])) is StatusCode.OK
        assert code(remote, "ServerLive") is StatusCode.OK


def test_before_the_issuer_answers_calls_with_tokens_are_unavailable(tmp_path: Path) -> None:
    with publishing(key_set("a")) as published:
        published.status = 500
        settings = {"LR_JWKS": published.url, "LR_JWT_ISSUER": ISSUER, "LR_JWT_AUDIENCE": AUDIENCE}
        with serving((tmp_path / "store").as_uri(), tmp_path / "log", **settings) as remote:
            for _ in range(3):
                said = ("authorization", f"Bearer {signed()}")
                assert code(remote, "ServerMetadata", said) is StatusCode.UNAVAILABLE
            assert code(remote, "ServerMetadata") is StatusCode.UNAUTHENTICATED


def test_the_command_says_its_key(run: Command, remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.contract import command  # noqa: PLC0415

    plain = command.environment_of_command
    rows = run.file("rows.jsonl", "\n".join(json.dumps({"x": value}) for value in (1, 2)))
    words = ("predict", "--model", "one", "--stream", remote.target, rows)
    refused = run(*words)
    assert refused.status == 1
    assert len(refused.err.splitlines()) == 1
    monkeypatch.setattr(command, "environment_of_command", lambda: {**plain(), "LR_KEY": KEYS["predict"]})
    ended = run(*words)
    assert ended.status == 0
    assert [float(line) for line in ended.out.split()] == pytest.approx([2.0, 4.0])
    assert entry("x", ["predict"], KEYS["predict"]) not in ended.err
