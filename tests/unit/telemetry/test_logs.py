"""What a log holds: a line a record, and neither cells nor secrets."""

from __future__ import annotations

import json
import logging
import sys
from typing import TYPE_CHECKING, Any

import pytest

from lr_core.errors import Fault, InvalidInput, StoreUnavailable
from lr_core.problem import loggable
from lr_core.telemetry.activity import CURRENT, Activity
from lr_core.telemetry.logs import JsonLines, TextLines, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

FORGED = 'a\n{"level":"error"}\r\u2028\x1b[31m\x00'
PLANTED = "planted-cell"


@pytest.fixture(autouse=True)
def root() -> Iterator[logging.Logger]:
    """Give the root logger back as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield root
    root.handlers[:] = handlers
    root.setLevel(level)


def record(message: str, *arguments: Any, error: Exception | None = None, **fields: Any) -> logging.LogRecord:
    made = logging.LogRecord("lr_core.x", logging.WARNING, "", 0, message, arguments, None)
    made.exc_info = (type(error), error, error.__traceback__) if error else None
    made.fields = fields
    return made


def test_a_record_is_one_line_of_json_whatever_it_quotes() -> None:
    line = JsonLines().format(record("kept as %s", FORGED, model=FORGED))
    assert len(line.splitlines()) == 1 or "\n" not in line
    assert "\n" not in line
    assert "\r" not in line
    found = json.loads(line)
    assert (found["message"], found["model"], found["level"]) == (f"kept as {FORGED}", FORGED, "warning")
    assert found["time"].endswith("Z")


def test_a_line_of_text_shows_what_would_begin_another() -> None:
    line = TextLines().format(record("kept as %s", FORGED))
    assert line == 'warning kept as a\\n{"level":"error"}\\r\\u2028\\x1b[31m\\x00'


def test_a_record_names_the_request_the_event_and_the_trace() -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {"x-request-id": "r-1", "traceparent": f"00-{trace}-b7ad6b7169203331-01", "authorization": "Bearer hush"}
    activity = Activity(headers)
    activity.event = {"id": "e-1", "source": "s", "type": "t", "subject": "data/m/a.csv"}
    token = CURRENT.set(activity)
    try:
        line = JsonLines().format(record("answered"))
        text = TextLines().format(record("answered"))
    finally:
        CURRENT.reset(token)
    found = json.loads(line)
    names = ("request_id", "event_id", "event_source", "event_type", "trace_id", "span_id")
    assert [found[name] for name in names] == ["r-1", "e-1", "s", "t", trace, "b7ad6b7169203331"]
    assert "request_id=r-1" in text
    assert "hush" not in line + text


def fail() -> None:
    """Raise an exception that quotes a cell, and came of another."""
    try:
        float(PLANTED)
    except ValueError as error:
        raise KeyError(PLANTED) from error


def raised() -> Exception:
    """Return what was raised."""
    with pytest.raises(KeyError) as found:
        fail()
    return found.value


@pytest.mark.parametrize("lines", [JsonLines(), TextLines()])
def test_an_exception_says_where_it_was_raised_and_only_for_debugging_what_it_quotes(
    lines: logging.Formatter, root: logging.Logger
) -> None:
    root.setLevel(logging.INFO)
    said = lines.format(record("unexpected error", error=raised()))
    assert "test_logs.py" in said
    assert "builtins.KeyError" in said
    assert "builtins.ValueError" in said
    assert PLANTED not in said
    root.setLevel(logging.DEBUG)
    assert PLANTED in lines.format(record("unexpected error", error=raised()))


def test_a_fault_of_a_table_is_logged_by_its_place_alone() -> None:
    fault = Fault(f"data/m/a.csv, line 2, column 'name': expected a number, found {PLANTED!r}")
    assert loggable(InvalidInput([fault, fault])) == "The input cannot be accepted: data/m/a.csv, line 2 (and 1 more)"
    assert loggable(InvalidInput([Fault(PLANTED)])) == "The input cannot be accepted"
    assert loggable(StoreUnavailable("no answer")) == "no answer"


def test_the_level_decides_what_is_written(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", sys.stdout)
    set_up("warning", "json")
    log = logging.getLogger("lr_core.x")
    log.info("not this")
    log.warning("this")
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["message"] == "this"
