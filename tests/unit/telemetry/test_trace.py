"""Which trace contexts are taken (W3C Trace Context, section 3), and that they go on as they came."""

from __future__ import annotations

import pytest

from lr_core.telemetry.activity import CURRENT, Activity, event_trace, onward_headers
from lr_core.telemetry.trace import TraceContext, trace_context

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PARENT = f"00-{TRACE}-{SPAN}-01"
OTHER = f"00-{TRACE[::-1]}-{SPAN}-00"


def test_a_context_names_its_trace_and_the_span_of_who_asks() -> None:
    found = trace_context({"traceparent": PARENT, "tracestate": "a=1,b=2"})
    assert found == TraceContext(PARENT, "a=1,b=2")
    assert (found.trace_id, found.span_id) == (TRACE, SPAN)
    assert found.headers() == {"traceparent": PARENT, "tracestate": "a=1,b=2"}


@pytest.mark.parametrize(
    "parent",
    [
        "",
        PARENT.upper(),
        PARENT[:-1],
        f"{PARENT}-more",  # version 00 has nothing more
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"{PARENT}\n",
        f" {PARENT}",
        f"01-{TRACE}-{SPAN}-01-" + "x" * 1000,
        5,
    ],
)
def test_what_is_no_context_is_passed_over(parent: object) -> None:
    assert trace_context({"traceparent": parent, "tracestate": "a=1"}) is None


def test_a_later_version_may_have_more() -> None:
    assert trace_context({"traceparent": f"01-{TRACE}-{SPAN}-01-more"}) is not None


@pytest.mark.parametrize("state", ["a=1\nb", "ä=1", "x" * 513, "", 5])
def test_a_state_that_cannot_be_passed_on_is_left_out(state: object) -> None:
    assert trace_context({"traceparent": PARENT, "tracestate": state}) == TraceContext(PARENT)


def test_an_event_goes_on_in_the_trace_where_it_began_and_a_request_in_its_own() -> None:
    activity = Activity({"traceparent": PARENT, "x-request-id": "r-1"})
    token = CURRENT.set(activity)
    try:
        assert event_trace() == {"traceparent": PARENT}
        activity.event = {"traceparent": OTHER}
        assert event_trace() == {"traceparent": OTHER}
        activity.event = {"id": "1"}
        assert event_trace() == {}, "each delivery has another span, and the same event is answered by the same bytes"
        activity.event = {"traceparent": OTHER}
        assert onward_headers() == {"x-request-id": "r-1", "traceparent": PARENT}
    finally:
        CURRENT.reset(token)


def test_where_nothing_is_being_done_nothing_goes_on() -> None:
    assert event_trace() == onward_headers() == {}


@pytest.mark.parametrize("said", ["a\nb", "a\x1b[31m", ""])
def test_a_name_that_could_forge_a_line_is_replaced(said: str) -> None:
    activity = Activity({"x-request-id": said})
    assert activity.said_id == ""
    assert activity.request_id == activity.request_id != said
    assert len(Activity({"x-request-id": "x" * 1000}).request_id) == 200
