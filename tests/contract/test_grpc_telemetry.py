"""What the server of gRPC counts and logs, as who collects it sees it: at the port of the metrics, and in its log."""

from __future__ import annotations

import json
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import grpc
import httpx
import pytest
from grpc import StatusCode
from grpc_health.v1.health_pb2 import HealthCheckRequest
from grpc_health.v1.health_pb2_grpc import HealthStub
from grpc_reflection.v1alpha.reflection_pb2 import ServerReflectionRequest

from lr_core.access.keys import new_key
from lr_core.grpc import messages
from tests.contract.callers import KEYS, closed_settings
from tests.contract.remote import matrix, predictions, serving
from tests.contract.test_logs import PARENT, SPAN, TRACE
from tests.metrics import read, series
from tests.waiting import free_ports, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.contract.remote import Remote
    from tests.metrics import Series

TWO = "a,b,y\n0,0,1\n1,0,2\n0,1,0\n2,2,1\n"
ROWS = [(3.0, 1.0), (1.0, 1.0)]
SERVICE = "inference.GRPCInferenceService"
LISTENS = "0A"
"""The state in `/proc/net/tcp` of a socket that listens."""


@contextmanager
def scraped(folder: Path, **more: str) -> Iterator[tuple[Remote, httpx.Client]]:
    """Serve `two` (y = a - b + 1) with a port for metrics."""
    (port,) = free_ports(1)
    more = {"LR_METRICS_PORT": str(port), "LR_LOG_LEVEL": "info", "LR_MODEL_TTL_S": "60"} | more
    with (
        serving((folder / "store").as_uri(), folder / "log", **more) as remote,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
    ):
        remote.learn("two", t=TWO)
        yield remote, client


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Remote, httpx.Client]]:
    """Serve to everybody."""
    with scraped(tmp_path_factory.mktemp("grpc")) as both:
        yield both


def calls(method: str, code: StatusCode) -> Series:
    """Return what counts the calls of a method that ended with a code."""
    return series("lr_grpc_call_duration_seconds_count", method=method, code=code.name)


def of(name: str, code: StatusCode = StatusCode.OK) -> Series:
    """Return the same of a method of the protocol."""
    return calls(f"{SERVICE}/{name}", code)


def messages_of_streams(code: StatusCode) -> Series:
    """Return what counts the messages of streams that were answered so."""
    return series("lr_grpc_stream_messages_total", code=code.name)


def grown(client: httpx.Client, act: Callable[[], object], wanted: Series) -> dict[Series, float]:
    """Return by how much the counts of gRPC and of models have grown, when a call is counted that was made."""
    before = read(client)
    act()
    until(lambda: read(client).get(wanted, 0) > before.get(wanted, 0), f"{wanted} grows")
    changed = {name: value - before.get(name, 0) for name, value in read(client).items()}
    return {name: value for name, value in changed.items() if value and not name[0].startswith(("lr_http", "process"))}


def ends(code: StatusCode, call: Callable[[], Any]) -> None:
    """Expect a call to end with a code."""
    with pytest.raises(grpc.RpcError) as error:
        call()
    assert error.value.code() is code


def counted_calls(found: dict[Series, float]) -> dict[Series, float]:
    """Return the numbers of calls alone."""
    return {name: value for name, value in found.items() if name[0] == "lr_grpc_call_duration_seconds_count"}


def test_calls_are_counted_and_timed_by_method_and_code(both: tuple[Remote, httpx.Client]) -> None:
    remote, client = both
    infer, broken = remote.method("ModelInfer"), remote.channel.unary_unary(messages.path("ModelInfer"))
    for code, call in (
        (StatusCode.OK, lambda: infer(matrix("two", ROWS))),
        (StatusCode.NOT_FOUND, lambda: ends(StatusCode.NOT_FOUND, lambda: infer(matrix(uuid4().hex, ROWS)))),
        (StatusCode.INVALID_ARGUMENT, lambda: ends(StatusCode.INVALID_ARGUMENT, lambda: broken(b"\xff\xff"))),
    ):
        found = grown(client, call, of("ModelInfer", code))
        assert counted_calls(found) == {of("ModelInfer", code): 1}
        labels = {"method": f"{SERVICE}/ModelInfer", "code": code.name}
        assert found[series("lr_grpc_call_duration_seconds_bucket", **labels, le="+Inf")] == 1
        assert 0 < found[series("lr_grpc_call_duration_seconds_sum", **labels)] < 60


def test_a_call_counts_its_rows_and_what_was_known_of_its_model(both: tuple[Remote, httpx.Client]) -> None:
    remote, client = both
    remote.method("ModelInfer")(matrix("two", ROWS))
    found = grown(client, lambda: remote.method("ModelInfer")(matrix("two", ROWS)), of("ModelInfer"))
    assert found[series("lr_predictions_total", model="two")] == 2
    assert found[series("lr_predict_batch_rows_count")] == 1
    assert found[series("lr_predict_batch_rows_sum")] == 2
    assert found[series("lr_model_cache_lookups_total", result="hit")] == 1
    assert read(client)[series("lr_model_generation", model="two")] == 1
    found = grown(client, lambda: remote.call("ModelMetadata", name="two"), of("ModelMetadata"))
    assert series("lr_predictions_total", model="two") not in found


def test_a_stream_is_one_call_and_each_of_its_messages_is_counted_by_how_it_was_answered(
    both: tuple[Remote, httpx.Client],
) -> None:
    remote, client = both
    remote.learn("three", t=TWO)
    large = [(float(i), 1.0) for i in range(10_000)]  # which a thread answers
    asked = [matrix("two", ROWS), matrix("two", large), matrix("three", ROWS), matrix(uuid4().hex, ROWS)]
    found = grown(client, lambda: list(remote.stream(asked)), of("ModelStreamInfer"))
    assert counted_calls(found) == {of("ModelStreamInfer"): 1}
    assert found[messages_of_streams(StatusCode.OK)] == 3
    assert found[messages_of_streams(StatusCode.NOT_FOUND)] == 1
    assert found[series("lr_predictions_total", model="two")] == 10_002
    assert found[series("lr_predictions_total", model="three")] == 2
    assert found[series("lr_predict_batch_rows_count")] == 3


def test_a_stream_that_breaks_off_is_counted_as_one(both: tuple[Remote, httpx.Client]) -> None:
    remote, client = both
    requests: SimpleQueue[Any] = SimpleQueue()

    def break_off() -> None:
        answers: Any = remote.stream(iter(requests.get, None))
        requests.put(matrix("two", ROWS))
        assert predictions(next(answers).infer_response) == pytest.approx([3.0, 1.0])
        answers.cancel()
        requests.put(None)

    found = grown(client, break_off, of("ModelStreamInfer", StatusCode.CANCELLED))
    assert counted_calls(found) == {of("ModelStreamInfer", StatusCode.CANCELLED): 1}
    assert found[series("lr_predictions_total", model="two")] == 2


def test_a_message_that_is_too_long_ends_a_call_that_is_counted(both: tuple[Remote, httpx.Client]) -> None:
    remote, client = both
    long = matrix("two", [(1.0, 2.0)], raw_input_contents=[bytes(10_485_761)])
    for name, call in (
        ("ModelInfer", lambda: remote.method("ModelInfer")(long)),
        ("ModelStreamInfer", lambda: list(remote.stream([matrix("two", ROWS), long]))),
    ):
        wanted = of(name, StatusCode.CANCELLED)
        found = grown(client, lambda: ends(StatusCode.RESOURCE_EXHAUSTED, call), wanted)  # noqa: B023  -- called here
        assert counted_calls(found) == {wanted: 1}


def test_what_is_beside_the_protocol_is_counted_by_its_name(both: tuple[Remote, httpx.Client]) -> None:
    remote, client = both
    ask = {"service": "grpc.reflection.v1alpha.ServerReflection", "method": "ServerReflectionInfo"}
    reflection = remote.channel.stream_stream(
        "/{service}/{method}".format(**ask),
        ServerReflectionRequest.SerializeToString,
        lambda answer: answer,
    )
    check = HealthStub(remote.channel).Check
    for method, code, call in (
        ("grpc.health.v1.Health/Check", StatusCode.OK, lambda: check(HealthCheckRequest())),
        (
            "grpc.health.v1.Health/Check",
            StatusCode.NOT_FOUND,
            lambda: ends(StatusCode.NOT_FOUND, lambda: check(HealthCheckRequest(service="other"))),
        ),
        (
            "{service}/{method}".format(**ask),
            StatusCode.OK,
            lambda: list(reflection(iter([ServerReflectionRequest(list_services="")]))),
        ),
    ):
        assert counted_calls(grown(client, call, calls(method, code))) == {calls(method, code): 1}


def test_methods_and_models_that_are_nothing_share_a_series_or_have_none(both: tuple[Remote, httpx.Client]) -> None:
    remote, client = both

    def ask(n: int) -> None:
        for _ in range(n):
            for method in (messages.path(uuid4().hex), f"/{uuid4().hex}/{uuid4().hex}"):
                call = remote.channel.unary_unary(method)
                ends(StatusCode.UNIMPLEMENTED, lambda: call(b""))  # noqa: B023  -- called here
            list(remote.stream([matrix(uuid4().hex, ROWS)]))

    other = calls("other", StatusCode.UNIMPLEMENTED)
    assert counted_calls(grown(client, lambda: ask(1), of("ModelStreamInfer"))).keys() <= {
        other,
        of("ModelStreamInfer"),
    }
    before = read(client)
    ask(20)
    until(lambda: read(client)[other] == before[other] + 40, "all are counted")
    assert read(client).keys() == before.keys()


def test_who_is_kept_out_is_counted_also_before_methods_that_are_not_there(tmp_path: Path) -> None:
    secret = new_key()
    with scraped(tmp_path, **closed_settings()) as (remote, client):

        def refused() -> None:
            for method in ("ModelInfer", "ModelStreamInfer", uuid4().hex):
                call = remote.channel.stream_stream(messages.path(method))
                answers = call(iter([b""]), metadata=[("x-api-key", secret)], timeout=60)
                ends(StatusCode.UNAUTHENTICATED, lambda: list(answers))  # noqa: B023  -- called here

        found = grown(client, refused, calls("other", StatusCode.UNAUTHENTICATED))
        names = (f"{SERVICE}/ModelInfer", f"{SERVICE}/ModelStreamInfer", "other")
        assert counted_calls(found) == {calls(name, StatusCode.UNAUTHENTICATED): 1 for name in names}
        known = remote.method("ModelInfer")
        admitted = grown(
            client,
            lambda: known(matrix("two", ROWS), metadata=[("authorization", f"Bearer {KEYS['predict']}")]),
            of("ModelInfer"),
        )
        assert counted_calls(admitted) == {of("ModelInfer"): 1}
    log = (tmp_path / "log").read_text()
    assert len(answers_of(log)) == 4
    for text in (secret, *KEYS.values()):
        assert text not in log


def answers_of(log: str) -> list[dict[str, Any]]:
    """Return the lines of a log that tell of calls."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    return [line for line in lines if line["logger"] == "lr_core.grpc.observed"]


def test_each_call_is_a_line_that_names_its_request_and_its_trace(tmp_path: Path) -> None:
    named = [("x-request-id", "r-1"), ("traceparent", PARENT), ("secret", "hush-hush"), ("more-bin", b"\xff")]
    with scraped(tmp_path) as (remote, _):
        remote.method("ModelInfer")(matrix("two", ROWS), metadata=named)
        ends(StatusCode.NOT_FOUND, lambda: remote.method("ModelInfer")(matrix("planted", ROWS)))
        list(remote.method("ModelStreamInfer")(iter([matrix("two", ROWS)] * 2), metadata=named))
        remote.call("ServerLive")
    first, second, third = answers_of((tmp_path / "log").read_text())
    expected = {"request_id": "r-1", "trace_id": TRACE, "span_id": SPAN, "message": "answered", "level": "info"}
    infer = {"method": f"{SERVICE}/ModelInfer", "code": "OK", "model": "two", "rows": 2}
    assert (expected | infer).items() <= first.items()
    assert first["duration_s"] > 0
    assert (second["code"], len(second["request_id"]), "model" in second) == ("NOT_FOUND", 36, False)
    stream = {"method": f"{SERVICE}/ModelStreamInfer", "code": "OK", "model": "two", "rows": 4}
    assert (expected | stream).items() <= third.items()
    for text in ("hush-hush", "planted"):
        assert text not in (tmp_path / "log").read_text()


def test_a_fault_of_the_server_is_a_warning_beside_which_its_reason_has_the_same_name(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    more = {"AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{port}", "LR_STORE_TIMEOUT_S": "1"}
    more |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"}
    with serving("s3://bucket", tmp_path / "log", **more) as remote:
        ends(StatusCode.UNAVAILABLE, lambda: remote.call("ModelReady", name="two"))
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines() if line.startswith("{")]
    (told,) = answers_of((tmp_path / "log").read_text())
    assert (told["level"], told["code"]) == ("warning", "UNAVAILABLE")
    reasons = [line for line in lines if line["logger"] == "lr_core.grpc.status"]
    assert [line["request_id"] for line in reasons] == [told["request_id"]], "also where a thread waited for the store"


def test_the_port_answers_metrics_and_nothing_else_and_loads_what_it_needs_when_it_is_asked(tmp_path: Path) -> None:
    with scraped(tmp_path) as (remote, client):
        remote.call("ServerLive")
        assert (len(listening(remote)), "uvloop" in libraries(remote)) == (2, False)
        for accept in ("text/plain", "application/openmetrics-text"):
            answer = client.get("/metrics", headers={"accept": accept})
            assert answer.headers["content-type"].startswith(accept)
        assert "uvloop" in libraries(remote)
        assert client.get("/healthz").status_code == 200
        assert client.get("/v1/models").status_code == 404
        assert client.post("/metrics").status_code == 405


def test_without_a_port_none_is_opened(tmp_path: Path) -> None:
    with serving((tmp_path / "store").as_uri(), tmp_path / "log") as remote:
        assert len(listening(remote)) == 1


def test_a_port_of_metrics_that_is_taken_is_one_line(both: tuple[Remote, httpx.Client], tmp_path: Path) -> None:
    from tests.contract.command import Command  # noqa: PLC0415  -- which begins processes of its own

    ended = Command(tmp_path, {"LR_METRICS_PORT": str(both[1].base_url.port)}).program("grpc", "--port", "0")
    assert ended.status == 1
    assert "lr-sgd: error: " in ended.err
    assert "Address already in use" in ended.err


def libraries(remote: Remote) -> str:
    """Return what Linux says of the files that the process has mapped."""
    with open(f"/proc/{remote.process.pid}/maps") as maps:  # noqa: PTH123  -- no file
        return maps.read()


def listening(remote: Remote) -> set[str]:
    """Return the sockets that the process listens on."""
    from pathlib import Path as Folder  # noqa: PLC0415

    open_files = {str(each.readlink()) for each in Folder(f"/proc/{remote.process.pid}/fd").iterdir()}
    rows = [
        line.split() for table in ("tcp", "tcp6") for line in Folder(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    return {row[9] for row in rows if row[3] == LISTENS and f"socket:[{row[9]}]" in open_files}
