"""Asking a server on one connection, and the time until the whole answer is there."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.serving.calls import Call
    from bench.serving.processes import Running

__all__ = ["asked_ms", "connected", "verify"]

REPEATS = 5
TIMEOUT_S = 120


def asked_ms(found: Running, call: Call) -> float:
    """Return the milliseconds of a call, the median of several on one connection, having seen that its answer is right.

    The connection is new, for a server ends one that is idle while others have their turn.
    """
    with connected(found) as connection:
        verify(connection, call)
        return median(timed_ms(connection, call) for _ in range(REPEATS))


@contextmanager
def connected(found: Running) -> Iterator[HTTPConnection]:
    """Have a connection to a server for as long as the context lasts."""
    connection = HTTPConnection("127.0.0.1", found.port, timeout=TIMEOUT_S)
    try:
        yield connection
    finally:
        connection.close()


def verify(connection: HTTPConnection, call: Call) -> None:
    """Call, and exit where the answer is wrong."""
    body = answer(connection, call)
    if not call.is_right(body):
        sys.exit(f"error: {call.path} on {connection.port}: expected the right predictions, found {body[:200]!r}")


def timed_ms(connection: HTTPConnection, call: Call) -> float:
    """Return how long one call takes."""
    begin = time.perf_counter()
    answer(connection, call)
    return (time.perf_counter() - begin) * 1e3


def answer(connection: HTTPConnection, call: Call) -> bytes:
    """Return the body that answers a call."""
    connection.request("POST", call.path, call.body, dict(call.headers))
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        sys.exit(f"error: {call.path}: expected 200, found {response.status}: {body[:1000]!r}")
    return body
