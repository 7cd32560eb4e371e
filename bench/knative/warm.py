"""Warm predict beside the warm static server, through the gateway on one connection, in turns."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bench.knative.service import key
from bench.load import Target, load
from bench.table import Comparison, at_most, heading, row
from bench.turns import in_turns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.knative.service import Service
    from bench.load import Load

__all__ = ["warm"]

BLOCK_S = 5
WARM_UP_S = 3
PROMISES = {"p50": at_most(1.3), "p95": None, "p99": None}


def warm(predict: Service, peer: Service, blocks: int) -> Iterator[str]:
    """Compare block by block."""
    for service in (predict, peer):
        block(service, WARM_UP_S)
    found = in_turns([partial(block, predict), partial(block, peer)], blocks)
    yield heading()
    for name, promise in PROMISES.items():
        ours, theirs = ([getattr(each, name) for each in loads] for loads in found)
        yield row(Comparison(f"warm {name}, µs", peer.name, ours, theirs), promise)


def block(service: Service, seconds: float = BLOCK_S) -> Load:
    """Ask on one connection for some seconds.

    A request before them wakes the Service, where it was idle longer than its window while the other had its turn.
    """
    with service.connected() as ask:
        ask()
    return load(Target(service.gateway + service.path, service.body, service.host, headers=key()), 1, seconds)
