"""What it costs to be observed: loading the library, an observation, an answer that is counted.

`python -m bench.telemetry` prints the least of some rounds, of the processor's time, whatever else the machine does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import timeit
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Histogram

from lr_core.http.message import Request, Response
from lr_core.http.observed import Observed
from lr_core.telemetry import series
from lr_core.telemetry.exposition import exposition
from lr_core.telemetry.metrics import FAST_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from lr_core.http.guard import Guard

ROUNDS = 7
N = 50_000
FUNCTION = Path(__file__).parents[1] / "functions" / "predict"
LABELS = ("/v1/models/{model}:predict", "POST", 200)
NAMES = ("route", "method", "code")
ANSWER = Response(200, b"{}")
REQUEST = Request("POST", "/v1/models/default:predict", "", {"content-type": "application/json"}, b"{}")


class Constant:
    """A function that answers with a constant."""

    guard: Guard | None = None

    def start(self) -> None:
        """Begin nothing."""

    def answer(self, _request: Request) -> Response:
        """Answer."""
        return ANSWER

    answer_now = answer

    def begin(self, _request: Request) -> None:
        """Begin nothing."""


def start_ms(program: str) -> float:
    """Return what an interpreter takes that runs a program."""
    before = os.times()
    subprocess.run([sys.executable, "-c", program], check=True)
    after = os.times()
    return 1e3 * (after.children_user + after.children_system - before.children_user - before.children_system)


def import_ms(module: str) -> float:
    """Return how much more an interpreter takes to start that imports a module beside what predict has anyway."""
    known = f"import sys; sys.path[:0] = ['{FUNCTION}']; import main"
    return least(lambda: start_ms(f"{known}; import {module}")) - least(lambda: start_ms(known))


def each_us(act: Callable[[], object], number: int = N) -> float:
    """Return what one of many calls takes."""
    return least(lambda: timeit.timeit(act, number=number, timer=time.process_time)) / number * 1e6


def least(measure: Callable[[], float]) -> float:
    """Return the least of some rounds."""
    return min(measure() for _ in range(ROUNDS))


def main() -> None:
    """Measure, and print."""
    theirs = Histogram("theirs_seconds", "Theirs.", NAMES, buckets=FAST_S, registry=CollectorRegistry())
    ours = series.Histogram("ours_seconds", "Ours.", FAST_S, NAMES)
    bare, observed = Constant(), Observed(Constant())
    exposition("")
    figures: dict[str, Callable[[], float]] = {
        "import of prometheus_client, ms": lambda: import_ms("prometheus_client"),
        "observation by prometheus_client, µs": lambda: each_us(lambda: theirs.labels(*LABELS).observe(0.001)),
        "observation by lr_core, µs": lambda: each_us(lambda: ours.observe(0.001, LABELS)),
        "answer that is not observed, µs": lambda: each_us(lambda: bare.answer_now(REQUEST)),
        "answer that is observed, µs": lambda: each_us(lambda: observed.answer_now(REQUEST)),
        "scrape, ms": lambda: each_us(lambda: exposition(""), 20) / 1e3,
    }
    for name, measure in figures.items():
        print(f"{name:<40} {measure():8.2f}", flush=True)


if __name__ == "__main__":
    main()
