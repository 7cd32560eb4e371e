"""The command that shows dead letters and sends them again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lr_core.repository.letters import Letter, keep
from tests.listening import listening

if TYPE_CHECKING:
    from tests.contract.command import Command

PROBLEM = {
    "type": "https://lr-sgd.github.io/problems/invalid-input",
    "title": "The input cannot be accepted",
    "status": 422,
    "detail": "data/m/ü.csv, line 2, column bmi: expected a number, found 'x'",
    "errors": [{"detail": "data/m/ü.csv, line 2, column bmi: expected a number, found 'x'", "pointer": ""}],
}


EVENT = {"specversion": "1.0", "id": "1", "source": "s", "type": "t"}
ERROR = {"destination": None, "code": None, "data": None}


def put(run: Command, identity: str = "1", said: str | None = None, **more: Any) -> str:
    """Keep a letter in the command's store, and return its key."""
    event = {
        "specversion": "1.0",
        "id": identity,
        "source": "minio:s3..b",
        "type": "com.amazonaws.s3.ObjectCreated:Put",
        "subject": "data/m/ü.csv",
        "datacontenttype": "application/json",
        "knativebrokerttl": "254",
        "data": {"s3": {}},
        **more,
    }
    error = {"destination": "http://lr-train/train", "code": 422, "data": said or json.dumps(PROBLEM)}
    return keep(run.store, Letter(at=f"2026-01-31T12:00:0{identity}.000Z", event=event, error=error))


def test_letters_are_listed_the_last_one_first_and_shown(run: Command) -> None:
    first, second = put(run, "1"), put(run, "2", said="502 Bad Gateway")
    listed = run("deadletters", "list")
    assert listed.status == 0
    assert listed.out.splitlines() == [
        second,
        "  2026-01-31T12:00:02.000Z  422  data/m/ü.csv: 502 Bad Gateway",
        first,
        f"  2026-01-31T12:00:01.000Z  422  data/m/ü.csv: {PROBLEM['detail']}",
    ]
    rows = json.loads(run("deadletters", "list", "--json").out)
    assert [row["key"] for row in rows] == [second, first]
    shown = run("deadletters", "show", first).out
    for part in ("minio:s3..b", "com.amazonaws.s3.ObjectCreated:Put", "http://lr-train/train", str(PROBLEM["detail"])):
        assert part in shown
    letter = json.loads(run("deadletters", "show", first, "--json").out)
    assert (letter["format"], letter["event"]["id"], letter["error"]["code"]) == (1, "1", 422)


def test_an_answer_that_breaks_off_is_shown_as_far_as_it_goes(run: Command) -> None:
    key = put(run, said='{"title": "The inp')
    assert '{"title": "The inp' in run("deadletters", "show", key).out


def test_a_letter_that_is_taken_again_is_sent_as_it_was_and_deleted(run: Command) -> None:
    keys = [put(run, "1"), put(run, "2")]
    with listening() as sink:
        ended = run("deadletters", "resend", *keys, "--sink", sink.url)
        assert ended.status == 0, ended.err
        first, second = sink.take()
    assert [first.headers["ce-id"], second.headers["ce-id"]] == ["1", "2"]
    assert first.headers["ce-subject"] == "data/m/%C3%BC.csv"
    assert "ce-knativebrokerttl" not in first.headers
    assert json.loads(first.body) == {"s3": {}}
    assert run.keys("dead-letters/") == []
    assert run("deadletters", "list").out.startswith("no dead letters")


def test_data_that_are_no_json_are_sent_again_as_they_were(run: Command) -> None:
    keys = [
        put(run, "1", datacontenttype="text/plain", data="hello"),
        keep(run.store, Letter(at="", event={**EVENT, "id": "2", "data_base64": "/w=="}, error=ERROR)),
    ]
    with listening() as sink:
        assert run("deadletters", "resend", *keys, "--sink", sink.url).status == 0
        assert [message.body for message in sink.take()] == [b"hello", b"\xff"]


@pytest.mark.parametrize("sink", ["nowhere", "http://user:secret@127.0.0.1:9/", "http://127.0.0.1:99999/"])
def test_a_sink_that_is_no_url_is_refused_and_no_secret_shown(run: Command, sink: str) -> None:
    ended = run("deadletters", "resend", put(run), "--sink", sink)
    assert (ended.status, "--sink is not a URL" in ended.err, "secret" in ended.err) == (1, True, False)


def test_a_letter_that_is_not_taken_stays(run: Command) -> None:
    key = put(run)
    with listening() as sink:
        sink.answers[:] = [422]
        ended = run("deadletters", "resend", key, "--sink", sink.url)
    assert (ended.status, ended.out) == (1, "")
    assert "422" in ended.err
    refused = run("deadletters", "resend", key, "--sink", sink.url)
    assert refused.status == 1
    assert "no answer" in refused.err
    assert run.keys("dead-letters/") == [key]


@pytest.mark.parametrize("words", [["show", "dead-letters/x.json"], ["show", "models/m/aliases/latest.json"]])
def test_a_letter_that_is_not_there_is_named(run: Command, words: list[str]) -> None:
    ended = run("deadletters", *words)
    assert ended.status == 1
    assert words[1] in ended.err


def test_without_a_sink_nothing_is_sent(run: Command) -> None:
    ended = run("deadletters", "resend", put(run))
    assert ended.status == 1
    assert "--sink" in ended.err
