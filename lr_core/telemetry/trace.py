"""The trace that a request or an event is a part of (W3C Trace Context; CloudEvents' distributed tracing extension).

Nothing here records spans, so a context goes on as it came, which the specification asks of who takes no part (section
3.4): a span that nobody records would be a gap in the trace.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TRACE_PARENT", "TRACE_STATE", "TraceContext", "trace_context"]

TRACE_PARENT, TRACE_STATE = "traceparent", "tracestate"
PARENT = re.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-[!-~]*)?", re.ASCII)
STATE = re.compile("[ -~\t]{1,512}", re.ASCII)
"""At least so many characters are to be passed on (section 3.3.1.5); a longer one may be left out."""
LONGEST_PARENT = 256


@dataclass(frozen=True, slots=True)
class TraceContext:
    """Where in which trace something happens.

    Attributes
    ----------
    parent, state
        The values of `traceparent` and `tracestate`; the latter empty where there is none.
    """

    parent: str
    state: str = ""

    @property
    def trace_id(self) -> str:
        """The trace: 32 hex digits."""
        return self.parent[3:35]

    @property
    def span_id(self) -> str:
        """The span of who asks: 16 hex digits."""
        return self.parent[36:52]

    def headers(self) -> dict[str, str]:
        """Return both as headers, and as an event's attributes, which are called the same."""
        return {TRACE_PARENT: self.parent} | ({TRACE_STATE: self.state} if self.state else {})


def trace_context(carrier: Mapping[str, object]) -> TraceContext | None:
    """Return the context that headers or attributes carry; None where there is none, or what is there is none."""
    parent, state = carrier.get(TRACE_PARENT), carrier.get(TRACE_STATE)
    if not isinstance(parent, str) or len(parent) > LONGEST_PARENT:
        return None
    found = PARENT.fullmatch(parent)
    if found is None:
        return None
    version, trace_id, span_id, more = found.groups()
    if version == "ff" or (version == "00" and more) or not (trace_id.strip("0") and span_id.strip("0")):
        return None
    is_state = isinstance(state, str) and STATE.fullmatch(state) is not None
    return TraceContext(parent, str(state) if is_state else "")
