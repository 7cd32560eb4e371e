"""Predict beside its peers, ratios within one run.

It informs and judges nothing: a promise that is missed is printed, and only what could not be measured is a failure.
"""

from __future__ import annotations

import argparse
import os
import platform
from typing import TYPE_CHECKING

from bench.load import require_wrk
from bench.serving.bulk import bulk
from bench.serving.cold import cold
from bench.serving.environments import version
from bench.serving.memory import memory
from bench.serving.models import models
from bench.serving.one_row import one_row
from bench.serving.peers import PEER
from bench.serving.prepared import prepared
from bench.serving.stream import stream
from bench.table import heading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bench.serving.prepared import Prepared

    Part = Callable[[Prepared, Sequence[str], int], Iterator[str]]

PARTS: Mapping[str, Part] = {
    "cold": cold,
    "one-row": one_row,
    "bulk": bulk,
    "stream": stream,
    "models": models,
    "memory": memory,
}


def main() -> None:
    """Measure what is asked for, and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench.serving", description="Measure predict beside its peers.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; default: all")
    parser.add_argument("--peers", default=",".join(PEER), metavar="NAMES", help="default: %(default)s; none: ''")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds of each comparison (default: 5)")
    options = parser.parse_args()
    peers = [name for name in options.peers.split(",") if name]
    if unknown := {*options.parts} - {*PARTS} | {*peers} - {*PEER}:
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    require_wrk()
    print(f"{machine()}\n\n{heading()}", flush=True)
    with prepared() as place:
        for name in options.parts or PARTS:
            for line in PARTS[name](place, peers, options.rounds):
                print(line, flush=True)


def machine() -> str:
    """Return what the figures hang on: the Python of all servers, the processors, and what else they were doing."""
    processors, busy = f"{os.cpu_count()} {platform.machine()} processors", os.getloadavg()[0]
    return f"{version()} for all servers, {processors}, load {busy:.1f} before"


if __name__ == "__main__":
    main()
