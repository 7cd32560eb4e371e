"""What a process writes to its log, and how a trace goes from a request or an event to what comes of it."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.contract.conftest import running
from tests.contract.events import binary, event, structured
from tests.contract.test_companions import notification, record
from tests.listening import listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from tests.listening import Listener

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PARENT, STATE = f"00-{TRACE}-{SPAN}-01", "vendor=value"
TRACED = {"traceparent": PARENT, "tracestate": STATE}
OTHER = f"00-{TRACE[::-1]}-{SPAN}-00"
SECRET, PLANTED = "hush-hush", "planted-cell"
LINE = "bmi,y\n1,2\n2,4\n"


@pytest.fixture(scope="module", params=["functions-framework", "image"])
def traced(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traced]:
    """Run train and notify with a sink."""
    folder = tmp_path_factory.mktemp("store") / "bucket"
    with ExitStack() as stack:
        sink = stack.enter_context(listening())
        train, notify = (
            stack.enter_context(running(request.param, "train", folder.as_uri(), target=target, K_SINK=sink.url))
            for target in ("train", "notify")
        )
        yield Traced(train, notify, sink, folder)


class Traced:
    """Where train and notify answer, what their sink hears, and the bucket's folder."""

    def __init__(self, train: httpx.Client, notify: httpx.Client, sink: Listener, folder: Path) -> None:
        self.train, self.notify, self.sink, self.folder = train, notify, sink, folder

    def model(self) -> str:
        """Return a new model with a table."""
        model = f"m{uuid4().hex[:8]}"
        table = self.folder / "data" / model / "a.csv"
        table.parent.mkdir(parents=True)
        table.write_text(LINE)
        return model


def test_the_trace_of_a_request_goes_on_to_the_sink_with_the_event_that_comes_of_it(traced: Traced) -> None:
    model = traced.model()
    named = {"x-request-id": "r-1"}
    assert traced.train.get("/train", params={"model": model}, headers=TRACED | named).status_code == 200
    (message,) = traced.sink.take()
    assert (message.headers["traceparent"], message.headers["tracestate"]) == (PARENT, STATE)
    assert (message.headers["ce-traceparent"], message.headers["ce-tracestate"]) == (PARENT, STATE)
    assert message.headers["x-request-id"] == "r-1"


def test_an_event_without_a_trace_is_answered_by_the_same_bytes_whatever_span_delivers_it(traced: Traced) -> None:
    headers, body = binary(event(f"data/{traced.model()}/a.csv"))
    first, again = [
        traced.train.post("/train", headers=headers | {"traceparent": span, "x-request-id": span}, content=body)
        for span in (PARENT, OTHER)
    ]
    assert (first.status_code, again.content) == (200, first.content)
    own = [{name: value for name, value in each.headers.items() if name != "date"} for each in (first, again)]
    assert own[0] == own[1]


@pytest.mark.parametrize("mode", [binary, structured])
def test_the_answer_to_an_event_is_in_the_trace_where_that_began(traced: Traced, mode: Any) -> None:
    model = traced.model()
    made = event(f"data/{model}/a.csv")
    made["traceparent"] = PARENT
    headers, body = mode(made)
    answers = [traced.train.post("/train", headers=headers | {"traceparent": OTHER}, content=body) for _ in range(2)]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert answer.headers["ce-traceparent"] == PARENT
        assert "ce-tracestate" not in answer.headers


def test_without_a_trace_none_goes_on(traced: Traced) -> None:
    assert traced.train.get("/train", params={"model": traced.model()}).status_code == 200
    (message,) = traced.sink.take()
    assert not [name for name in message.headers if "trace" in name or name == "x-request-id"]


def test_a_notification_hands_its_trace_to_its_events(traced: Traced) -> None:
    one = notification(record("data%2Fm%2Fa.csv"))
    assert traced.notify.post("/notifications", json=one, headers=TRACED).status_code == 204
    (message,) = traced.sink.take()
    assert (message.headers["traceparent"], message.headers["ce-traceparent"]) == (PARENT, PARENT)


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return the records of a process that has ended; each line is one."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def answers(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in records if one["message"] == "answered"]


def test_each_answer_is_a_line_that_names_its_request_and_its_trace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running("image", "predict", tmp_path.as_uri(), LR_LOG_LEVEL="info") as client:
        headers = {"authorization": f"Bearer {SECRET}", "x-api-key": SECRET, "x-request-id": "r-1", **TRACED}
        answer = client.post("/stream", json={"record": PLANTED}, headers=headers)
        assert (answer.status_code, answer.headers["x-request-id"]) == (404, "r-1")
        assert "x-request-id" not in client.post("/stream", json={"record": PLANTED}).headers
    named, unnamed = answers(logged(capsys))
    expected = {"request_id": "r-1", "trace_id": TRACE, "span_id": SPAN, "method": "POST", "route": "/stream"}
    assert expected.items() <= named.items()
    assert (named["level"], named["status"]) == ("info", 404)
    assert named["duration_s"] >= 0
    assert len(unnamed["request_id"]) == 36
    assert SECRET not in str([named, unnamed])
    assert PLANTED not in str([named, unnamed])


def test_an_event_is_told_of_by_its_id_and_a_table_that_cannot_be_learned_by_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "data" / "m" / "a.csv"
    table.parent.mkdir(parents=True)
    table.write_text(f"bmi,y\n1,{PLANTED}\n")
    headers, body = binary(event("data/m/a.csv", identity="e-1"))
    with running("image", "train", tmp_path.as_uri(), LR_LOG_LEVEL="info") as client:
        assert PLANTED in client.post("/train", headers=headers, content=body).text
        table.write_text(LINE)
        assert client.post("/train", headers=headers, content=body).status_code == 200
    records = logged(capsys)
    trained = next(one for one in records if one["message"] == "trained")
    assert (trained["event_id"], trained["model"], trained["generation"]) == ("e-1", "m", 1)
    assert [(one["event_id"], one["status"]) for one in answers(records)] == [("e-1", 422), ("e-1", 200)]
    assert PLANTED not in str(records)


def test_no_header_and_no_name_begins_another_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forged = 'a%0A{"level":"error"}%0D'
    headers, body = binary(event(f"data/m/{forged}.csv", identity="e-1"))
    with running("image", "train", tmp_path.as_uri(), target="deadletters", LR_LOG_LEVEL="info") as client:
        assert client.post("/", headers=headers, content=body).status_code == 204
        assert client.get(f"/{forged}").status_code == 404
    records = logged(capsys)
    assert len([one for one in records if one["message"].startswith("kept as ")]) == 1
    assert not [one for one in records if one["level"] == "error"]


def test_a_fault_of_ours_is_told_with_its_request_and_the_answer_says_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running("image", "train", tmp_path.as_uri(), target="notify", K_SINK="http://127.0.0.1:9") as client:
        answer = client.post("/notifications", json=notification(record("data%2Fm%2Fa.csv")))
        assert answer.status_code == 503
    told = [one for one in logged(capsys) if one["level"] == "warning"]
    assert {one["request_id"] for one in told} == {answer.headers["x-request-id"]}
    assert answers(told)[0]["status"] == 503


def test_nothing_set_says_nothing_of_good_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running("image", "predict", tmp_path.as_uri()) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/nothing").status_code == 404
    assert not answers(logged(capsys))


def test_text_is_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running("image", "predict", tmp_path.as_uri(), LR_LOG_LEVEL="info", LR_LOG_FORMAT="text") as client:
        client.get("/nothing")
    assert "info answered request_id=" in capsys.readouterr().out
