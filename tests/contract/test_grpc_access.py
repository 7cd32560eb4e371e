"""Who may call by gRPC: the keys and roles of HTTP, said in metadata."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from grpc import StatusCode
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
from grpc_reflection.v1alpha.reflection_pb2 import ServerReflectionRequest
from grpc_reflection.v1alpha.reflection_pb2_grpc import ServerReflectionStub

from lr_core.grpc import messages
from tests.contract.callers import KEYS, closed_settings
from tests.contract.conftest import BIN, environment
from tests.contract.remote import matrix, predictions, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.contract.remote import Remote

ROW = matrix("default", [(2.0,)])
BY_KEY = (("x-api-key", KEYS["predict"]),)
REFUSED = (
    ((), StatusCode.UNAUTHENTICATED),
    ((("x-api-key", "lr_nobody"),), StatusCode.UNAUTHENTICATED),
    ((("authorization", "Basic abc"),), StatusCode.UNAUTHENTICATED),
    ((("x-api-key", KEYS["train"]),), StatusCode.PERMISSION_DENIED),
)


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    """Serve y = 2·bmi to who has a key."""
    folder: Path = tmp_path_factory.mktemp("closed")
    with serving((folder / "bucket").as_uri(), folder / "log", **closed_settings()) as remote:
        remote.learn("default", a="bmi,y\n1,2\n2,4\n")
        yield remote


@pytest.mark.parametrize("metadata", [BY_KEY, (("authorization", f"Bearer {KEYS['admin']}"),)], ids=["key", "bearer"])
def test_who_has_a_key_predicts_by_one_message_and_by_a_stream(remote: Remote, metadata: Any) -> None:
    answer = remote.method("ModelInfer")(ROW, metadata=metadata, timeout=60)
    assert predictions(answer) == pytest.approx([4.0])
    answers = list(remote.method("ModelStreamInfer")(iter([ROW, ROW]), metadata=metadata, timeout=60))
    assert [predictions(each.infer_response) for each in answers] == [predictions(answer)] * 2


def test_the_command_says_the_key_of_its_environment(remote: Remote, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("bmi\n2\n")
    command = [str(BIN / "lr-sgd"), "predict", "--stream", remote.target, str(rows)]
    for said, status in ((KEYS["predict"], 0), (KEYS["train"], 1), ("", 1)):
        ended = subprocess.run(
            command, env=environment("memory://", 0, LR_KEY=said), capture_output=True, text=True, check=False
        )
        assert ended.returncode == status, ended.stderr
        assert (ended.stdout.startswith("4"), ended.stderr.count("\n")) == (status == 0, status)
        assert not said or said not in ended.stderr


@pytest.mark.parametrize(("metadata", "code"), REFUSED, ids=["none", "wrong", "basic", "role"])
def test_nobody_else_calls(remote: Remote, metadata: Any, code: StatusCode) -> None:
    for method, asked in (("ModelInfer", ROW), ("ModelStreamInfer", iter([ROW]))):
        with pytest.raises(grpc.RpcError) as error:
            list(remote.method(method)(asked, metadata=metadata, timeout=60))
        assert error.value.code() == code
        assert "lr_" not in error.value.details()


def test_reflection_and_the_servers_description_are_for_who_is_known(remote: Remote) -> None:
    stub, ask = ServerReflectionStub(remote.channel), ServerReflectionRequest(list_services="")
    with pytest.raises(grpc.RpcError) as error:
        next(stub.ServerReflectionInfo(iter([ask]), timeout=60))
    assert error.value.code() == StatusCode.UNAUTHENTICATED
    by_train = (("x-api-key", KEYS["train"]),)
    assert next(stub.ServerReflectionInfo(iter([ask]), metadata=by_train, timeout=60)).list_services_response.service
    describe = remote.method("ServerMetadata")
    assert describe(messages.ServerMetadataRequest(), metadata=by_train, timeout=60).name == "lr-sgd"


def test_health_is_for_everybody(remote: Remote) -> None:
    assert remote.call("ServerLive")[0].live
    assert remote.call("ServerReady")[0].ready
    answer = HealthStub(remote.channel).Check(HealthCheckRequest(service=""), timeout=60)
    assert answer.status == HealthCheckResponse.SERVING


def test_who_calls_too_often_is_told_so(tmp_path: Path) -> None:
    with serving((tmp_path / "bucket").as_uri(), tmp_path / "log", LR_RATE_LIMIT="2/hour") as remote:
        remote.learn("default", a="bmi,y\n1,2\n2,4\n")
        for _ in range(2):
            remote.method("ModelInfer")(ROW, timeout=60)
        with pytest.raises(grpc.RpcError) as error:
            remote.method("ModelInfer")(ROW, timeout=60)
        assert error.value.code() == StatusCode.RESOURCE_EXHAUSTED
        assert remote.call("ServerLive")[0].live
