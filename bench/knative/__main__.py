"""The deployed thing on the current context: from zero, warm, and from an upload to changed answers.

It informs and judges nothing: a promise that is missed is printed, and only what could not be measured is a failure.
What it changes it puts back.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.knative import peer
from bench.knative.clock import ahead_s
from bench.knative.cold import cold
from bench.knative.model import ROW, learned
from bench.knative.service import named
from bench.knative.tls import tls
from bench.knative.upload import upload
from bench.knative.warm import warm
from bench.load import require_wrk
from tests.e2e.cluster import kubectl
from tests.e2e.doors import way_in
from tests.e2e.triggers import silenced

if TYPE_CHECKING:
    from collections.abc import Iterator

DIAGNOSE = Path(__file__).parents[2] / "knative" / "diagnose"
PARTS = ("cold", "warm", "upload")
WITH_TLS = "tls"


def main() -> None:
    """Measure what is asked for, and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench.knative", description="Measure what `make deploy` deployed.")
    parts = f"{', '.join(PARTS)}; default: all of these; {WITH_TLS}: HTTPS at the gateway"
    parser.add_argument("parts", nargs="*", metavar="PART", help=parts)
    parser.add_argument("--cold", type=int, default=20, metavar="N", help="rounds from zero (default: 20)")
    parser.add_argument("--warm", type=int, default=10, metavar="N", help="blocks of load (default: 10)")
    parser.add_argument("--upload", type=int, default=10, metavar="N", help="uploads, warm and from zero (default: 10)")
    options = parser.parse_args()
    if unknown := set(options.parts) - {*PARTS, WITH_TLS}:
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    require_wrk()
    try:
        for line in measured(options):
            print(line, flush=True)
    except BaseException:
        subprocess.run([DIAGNOSE], stdout=sys.stderr, check=False)
        raise


def measured(options: argparse.Namespace) -> Iterator[str]:
    """Measure part by part, with the clock stopped: it would wake train at its own times."""
    parts = options.parts or PARTS
    yield from surroundings()
    with way_in() as address, silenced(), learned(address) as model, peer.deployed():
        predict = named("lr-predict", address, model.path, ROW)
        static = named(peer.PEER, address, model.path, ROW)
        clock_ahead_s = ahead_s(static)
        yield f"The node's clock is {clock_ahead_s * 1e3:+.2f} ms ahead of this machine's."
        if "cold" in parts:
            yield "\n## From zero, beside a static C server with the same settings\n"
            yield from cold(predict, static, options.cold, clock_ahead_s)
        if "warm" in parts:
            yield "\n## Warm, one connection through the gateway\n"
            yield from warm(predict, static, options.warm)
        if WITH_TLS in parts:
            yield "\n## HTTPS at the gateway, beside HTTP\n"
            yield from tls(predict, options.warm)
        if "upload" in parts:
            yield "\n## From an upload to changed answers\n"
            yield from upload(model, predict, options.upload, clock_ahead_s)


def surroundings() -> Iterator[str]:
    """Say what the figures hang on."""
    context = kubectl("config", "current-context").strip()
    nodes = json.loads(kubectl("get", "nodes", "-o", "json"))["items"]
    for node in nodes:
        status = node["status"]
        version = status["nodeInfo"]["kubeletVersion"]
        yield f"Context {context}: Kubernetes {version}, {status['capacity']['cpu']} processors."
    yield f"Load of this machine before: {os.getloadavg()[0]:.1f}."


if __name__ == "__main__":
    main()
