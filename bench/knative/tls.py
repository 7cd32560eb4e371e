"""HTTPS at the gateway beside HTTP at it: the same pod behind both, and the same kind of way to them, in turns."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bench.knative.warm import block
from bench.table import Comparison, heading, row
from bench.turns import in_turns
from tests.e2e.doors import door, way_in, way_in_by_tls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.knative.service import Service

__all__ = ["tls"]

WARM_UP_S = 3
CONNECTIONS = 20


def tls(predict: Service, blocks: int) -> Iterator[str]:
    """Compare requests on one connection, block by block, and requests on a new connection each."""
    with ExitStack() as stack:
        # Without a name for both, both are forwarded ports.
        is_named = "KNATIVE_GATEWAY_TLS" in os.environ
        plain = stack.enter_context(way_in() if is_named else door("kourier-system", "kourier", 80))
        by_http = replace(predict, gateway=plain)
        by_https = replace(predict, gateway=stack.enter_context(way_in_by_tls()))
        for service in (by_https, by_http):
            block(service, WARM_UP_S)
        ours, theirs = in_turns([partial(block, by_https), partial(block, by_http)], blocks)
        yield heading()
        for name in ("p50", "p95", "p99"):
            found = ([getattr(each, name) for each in loads] for loads in (ours, theirs))
            yield row(Comparison(f"HTTPS, one connection, {name}, µs", "HTTP", *found))
        connections = in_turns([partial(connected_us, by_https), partial(connected_us, by_http)], CONNECTIONS)
        yield row(Comparison("HTTPS, a new connection each, µs", "HTTP", *connections))


def connected_us(service: Service) -> float:
    """Return how long it takes to connect and to be answered."""
    with service.connected() as ask:
        asked_s = time.perf_counter()
        ask()
        return (time.perf_counter() - asked_s) * 1e6
