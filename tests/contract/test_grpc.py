"""gRPC as clients see it: a real process, called by stubs."""

from __future__ import annotations

from contextlib import contextmanager
from queue import SimpleQueue
from signal import SIGTERM
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from grpc import StatusCode
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
from grpc_reflection.v1alpha.reflection_pb2 import ServerReflectionRequest, ServerReflectionResponse

from lr_core.grpc import messages
from lr_core.life.forgetting import forget
from tests.contract.remote import CAUSE, matrix, predictions, serving
from tests.waiting import free_ports, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.contract.command import Command
    from tests.contract.remote import Remote

TWO = "a,b,y\n0,0,1\n1,0,2\n0,1,0\n2,2,1\n"
WIDE = 8
MIB = 2**20


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    """Serve `two` (y = a - b + 1)."""
    folder = tmp_path_factory.mktemp("grpc")
    with serving((folder / "store").as_uri(), folder / "log") as remote:
        remote.learn("two", t=TWO)
        yield remote


@contextmanager
def refused(code: StatusCode, said: str = "") -> Iterator[None]:
    """Expect a call to fail."""
    with pytest.raises(grpc.RpcError) as error:
        yield
    assert (error.value.code(), said in error.value.details()) == (code, True), error.value


def test_the_server_describes_itself(remote: Remote) -> None:
    assert remote.call("ServerLive")[0].live
    assert remote.call("ServerReady")[0].ready
    server, _ = remote.call("ServerMetadata")
    assert (server.name, server.version[:2], list(server.extensions)) == ("lr-sgd", "2.", ["binary_tensor_data"])


def test_a_model_and_a_version_of_it_describe_themselves(remote: Remote) -> None:
    described, metadata = remote.call("ModelMetadata", name="two")
    (version,) = described.versions
    assert metadata["lr-model-version"] == version
    assert (described.name, described.platform) == ("two", "lr-sgd_json")
    (matrix_of_two,), (predict,) = described.inputs, described.outputs
    assert (matrix_of_two.datatype, list(matrix_of_two.shape)) == ("FP64", [-1, 2])
    assert matrix_of_two.parameters["feature_names"].string_param == '["a", "b"]'
    assert (predict.name, predict.datatype, list(predict.shape)) == ("predict", "FP64", [-1])
    assert remote.call("ModelMetadata", name="two", version=version)[0] == described
    for fields in ({"name": "two"}, {"name": "two", "version": version}):
        answer, metadata = remote.call("ModelReady", **fields)
        assert (answer.ready, metadata["lr-model-version"]) == (True, version)
    for fields in ({"name": "nothing"}, {"name": "two", "version": "ffffffffffff"}):
        assert not remote.call("ModelReady", **fields)[0].ready, "which is no error, as Triton has it"


def test_tensors_come_and_go_raw_or_in_fields(remote: Remote) -> None:
    rows = [(float(i % 7), i / 3) for i in range(10_000)]
    for n_rows in (1, 10_000):
        answer, metadata = remote.call("ModelInfer", **fields_of(matrix("two", rows[:n_rows], id="42")))
        assert (answer.id, answer.model_version) == ("42", metadata["lr-model-version"])
        contents = {"fp64_contents": [value for row in rows[:n_rows] for value in row]}
        tensor = {"name": "X", "datatype": "FP64", "shape": [n_rows, 2], "contents": contents}
        typed, _ = remote.call("ModelInfer", model_name="two", inputs=[tensor], outputs=[{"name": "predict"}])
        assert predictions(answer) == list(typed.outputs[0].contents.fp64_contents), "the same bits"
        assert predictions(answer) == pytest.approx([a - b + 1 for a, b in rows[:n_rows]], abs=1e-9)


def fields_of(message: Any) -> dict[str, Any]:
    return {field.name: value for field, value in message.ListFields()}


def test_what_is_wrong_is_invalid_and_what_is_not_there_not_found(remote: Remote) -> None:
    for fields, said in (
        (fields_of(matrix("two", [(1.0,)])), "/inputs/0/shape: expected"),
        ({"model_name": "two"}, "/inputs: expected a tensor for the feature"),
    ):
        with refused(StatusCode.INVALID_ARGUMENT, said):
            remote.call("ModelInfer", **fields)
    for method, fields in (
        ("ModelInfer", fields_of(matrix("nothing", [(1.0,)]))),
        ("ModelInfer", fields_of(matrix("two", [(1.0, 2.0)], model_version="ffffffffffff"))),
        ("ModelInfer", fields_of(matrix("two", [(1.0, 2.0)], model_version="1"))),
        ("ModelMetadata", {"name": "nothing"}),
    ):
        with refused(StatusCode.NOT_FOUND, "there is no"):
            remote.call(method, **fields)
    with refused(StatusCode.UNIMPLEMENTED):
        remote.channel.unary_unary(messages.path("ModelTrain"))(b"")
    with refused(StatusCode.INVALID_ARGUMENT, "expected a inference.ModelInferRequest"):
        remote.channel.unary_unary(messages.path("ModelInfer"))(b"\xff\xff")


def test_a_message_that_is_too_long_is_refused_and_the_server_goes_on(remote: Remote) -> None:
    n_rows = 5 * MIB // 16  # which is more than gRPC's own limit
    tensor = {"name": "X", "datatype": "FP64", "shape": [n_rows, 2]}
    allowed = remote.call("ModelInfer", model_name="two", inputs=[tensor], raw_input_contents=[bytes(5 * MIB)])[0]
    assert list(allowed.outputs[0].shape) == [n_rows]
    long = matrix("two", [(1.0, 2.0)], raw_input_contents=[bytes(10_485_761)])
    with refused(StatusCode.RESOURCE_EXHAUSTED):
        remote.method("ModelInfer")(long)
    with refused(StatusCode.RESOURCE_EXHAUSTED):
        list(remote.stream([matrix("two", [(1.0, 2.0)]), long]))
    with refused(StatusCode.RESOURCE_EXHAUSTED):
        remote.method("ModelInfer")(long, compression=grpc.Compression.Gzip)
    assert remote.call("ServerLive")[0].live


def test_a_fault_within_a_stream_is_answered_and_the_stream_goes_on(remote: Remote) -> None:
    rows = [(3.0, 1.0)]
    asked = [
        matrix("two", rows, id="first"),
        matrix("two", [(1.0,)], id="faulty"),
        matrix("nothing", rows, id="unknown"),
        matrix("two", rows, id="last"),
    ]
    first, faulty, unknown, last = remote.stream(asked)
    assert [each.infer_response.id for each in (first, faulty, unknown, last)] == ["first", "faulty", "unknown", "last"]
    assert predictions(first.infer_response) == predictions(last.infer_response) == pytest.approx([3.0])
    assert not first.error_message
    assert "/inputs/0/shape: expected" in faulty.error_message
    assert "there is no model 'nothing'" in unknown.error_message
    assert not faulty.infer_response.outputs


def test_a_long_stream_sees_a_new_version_and_each_answer_names_its_own(remote: Remote) -> None:
    requests: SimpleQueue[Any] = SimpleQueue()
    first = remote.learn("lives", a="bmi,y\n1,2\n2,4\n")
    answers = remote.stream(iter(requests.get, None))
    for version, expected in ((first, 6.0), (None, 7.5)):
        wanted = version or remote.learn("lives", b="bmi,y\n1,3\n2,6\n")
        requests.put(matrix("lives", [(3.0,)]))
        answer = next(answers).infer_response
        assert answer.model_version == wanted
        assert predictions(answer) == pytest.approx([expected])
    requests.put(None)
    assert not list(answers)
    forget(remote.store, "lives", "data/lives/b.csv", CAUSE)
    with refused(StatusCode.NOT_FOUND, "forgotten"):
        remote.call("ModelInfer", **fields_of(matrix("lives", [(3.0,)], model_version=wanted)))


def test_a_million_rows_stream_through_fifty_megabytes(tmp_path: Path) -> None:
    names = [f"x{i}" for i in range(WIDE)]
    rows = [[float(i == j) for j in range(WIDE)] for i in range(WIDE)] + [[0.0] * WIDE]
    table = "\n".join([",".join([*names, "y"]), *(",".join(map(str, [*row, sum(row) + 1])) for row in rows)])
    asked = matrix("wide", [[i / 4] * WIDE for i in range(10_000)])
    assert 100 * asked.ByteSize() > 60 * MIB, "more than may be held"
    with serving((tmp_path / "store").as_uri(), tmp_path / "log", LR_MODEL_TTL_S="60") as remote:
        remote.learn("wide", t=table)
        assert remote.call("ModelReady", name="wide")[0].ready
        before = remote.memory_bytes("VmRSS")
        assert before < 60 * 10**6, "at rest"
        n_rows = 0
        for answer in remote.stream(asked for _ in range(100)):
            assert not answer.error_message
            n_rows += answer.infer_response.outputs[0].shape[0]
        assert n_rows == 1_000_000
        assert predictions(answer.infer_response)[-1] == pytest.approx(9999 / 4 * WIDE + 1)
        assert remote.memory_bytes("VmHWM") - before < 50 * 10**6


def test_streams_and_calls_at_once_are_all_answered(remote: Remote) -> None:
    streams = [remote.stream(matrix("two", [(float(i), 1.0)] * 5000) for i in range(5)) for _ in range(8)]
    calls = [remote.method("ModelInfer").future(matrix("two", [(float(i), 0.0)]), timeout=60) for i in range(50)]
    assert [predictions(call.result()) for call in calls] == [pytest.approx([i + 1.0]) for i in range(50)]
    for stream in streams:
        for i, answer in enumerate(stream):
            assert predictions(answer.infer_response) == pytest.approx([float(i)] * 5000, abs=1e-9)


def test_health_is_said_of_the_server_and_the_service(remote: Remote) -> None:
    health = HealthStub(remote.channel)
    for service in ("", messages.SERVICE):
        assert health.Check(HealthCheckRequest(service=service)).status == HealthCheckResponse.SERVING
    with refused(StatusCode.NOT_FOUND):
        health.Check(HealthCheckRequest(service="other"))


@pytest.mark.parametrize("release", ["v1alpha", "v1"])
def test_reflection_says_what_there_is(remote: Remote, release: str) -> None:
    ask = remote.channel.stream_stream(
        f"/grpc.reflection.{release}.ServerReflection/ServerReflectionInfo",
        ServerReflectionRequest.SerializeToString,
        ServerReflectionResponse.FromString,
    )
    (listed,) = ask(iter([ServerReflectionRequest(list_services="")]))
    names = [service.name for service in listed.list_services_response.service]
    assert {messages.SERVICE, "grpc.health.v1.Health", f"grpc.reflection.{release}.ServerReflection"} <= set(names)
    for name in names:
        (answer,) = ask(iter([ServerReflectionRequest(file_containing_symbol=name)]))
        (file,) = map(FileDescriptorProto.FromString, answer.file_descriptor_response.file_descriptor_proto)
        assert name in {f"{file.package}.{service.name}" for service in file.service}


def test_a_store_that_does_not_answer_is_unavailable_and_says_nothing_of_itself(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    more = {"AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{port}", "LR_STORE_TIMEOUT_S": "1"}
    more |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"}
    with serving("s3://bucket", tmp_path / "log", **more) as remote:
        with refused(StatusCode.UNAVAILABLE, "The store that holds tables and models did not answer; try again."):
            remote.call("ModelReady", name="two")
        (answer,) = remote.stream([matrix("two", [(1.0, 2.0)], id="7")])
        assert (answer.infer_response.id, "try again" in answer.error_message) == ("7", True)
        assert remote.call("ServerReady")[0].ready


def test_at_sigterm_what_runs_is_ended_and_nothing_new_is_taken(tmp_path: Path) -> None:
    requests: SimpleQueue[Any] = SimpleQueue()
    with serving((tmp_path / "store").as_uri(), tmp_path / "log") as remote:
        remote.learn("two", t=TWO)
        answers = remote.stream(iter(requests.get, None))
        watch = HealthStub(remote.channel).Watch(HealthCheckRequest(service=messages.SERVICE))
        requests.put(matrix("two", [(3.0, 1.0)]))
        assert predictions(next(answers).infer_response) == pytest.approx([3.0])
        assert next(watch).status == HealthCheckResponse.SERVING
        remote.process.send_signal(SIGTERM)
        assert [each.status for each in watch] == [HealthCheckResponse.NOT_SERVING]
        until(lambda: not takes_calls(remote.target), "no new call is taken")
        requests.put(matrix("two", [(4.0, 1.0)]))
        assert predictions(next(answers).infer_response) == pytest.approx([4.0])
        requests.put(None)
        assert not list(answers)
        assert remote.process.wait(timeout=20) == 0  # which is before running calls would be cut


def takes_calls(target: str) -> bool:
    """Tell whether a server takes a call on a new connection."""
    with grpc.insecure_channel(target) as channel:
        try:
            channel.unary_unary(messages.path("ServerLive"))(b"", timeout=10)
        except grpc.RpcError:
            return False
    return True


def test_a_port_that_is_taken_is_one_line(remote: Remote, run: Command) -> None:
    ended = run.program("grpc", "--port", remote.target.rpartition(":")[2])
    assert ended.status == 1
    assert "lr-sgd: error: cannot listen on 127.0.0.1:" in ended.err
