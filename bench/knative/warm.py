"""Warm predict beside the warm static server, through the gateway on one connection, in turns."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench.table import Comparison, heading, row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.knative.service import Service

__all__ = ["warm"]

SCRIPT = Path(__file__).with_name("percentiles.lua")
BLOCK_S = 5
WARM_UP_S = 3
RATIO = 1.3


@dataclass(frozen=True, slots=True)
class Latency:
    """Percentiles of one block, in microseconds."""

    p50: float
    p95: float
    p99: float


def warm(predict: Service, peer: Service, blocks: int) -> Iterator[str]:
    """Compare block by block; who goes first changes."""
    services = (predict, peer)
    for service in services:
        load(service, WARM_UP_S)
    found: dict[Service, list[Latency]] = {service: [] for service in services}
    for number in range(blocks):
        for service in services if number % 2 == 0 else reversed(services):
            found[service].append(load(service, BLOCK_S))
    yield heading()
    for field in fields(Latency):
        ours, theirs = ([getattr(each, field.name) for each in found[service]] for service in services)
        compared = Comparison(f"warm {field.name}, µs", peer.name, ours, theirs)
        promise = f"ratio at most {RATIO}" if field.name == "p50" else ""
        yield row(compared, promise, is_met=median(compared.ratios) <= RATIO)


def load(service: Service, seconds: int) -> Latency:
    """Ask on one connection for some seconds, each request as soon as the one before is answered.

    A request before them wakes the Service, where it was idle longer than its window while the other had its turn.
    """
    with service.connected() as ask:
        ask()
    words = ["wrk", "--threads=1", "--connections=1", "--timeout=30s", f"--duration={seconds}s", f"--script={SCRIPT}"]
    asked = ["--header", f"Host: {service.host}", service.gateway + service.path, "--", service.body.decode()]
    done = subprocess.run([*words, *asked], capture_output=True, text=True, timeout=seconds + 30, check=True)
    *micros, requests, failed = (int(word) for word in done.stdout.partition("PERCENTILES ")[2].split())
    if failed or not requests:
        sys.exit(f"error: wrk on {service.name}: expected only good answers, found\n{done.stdout}")
    return Latency(*micros)
