"""Predict beside its peers: cold start, memory, and requests a second; ratios within one run, medians of several."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

from bench.processes import BIN, PEERS, ROOT, Server, resident_mb, running
from lr_core.store import open_store
from lr_core.training.request import TrainRequest
from lr_core.training.train import train

ROUNDS = 15
LOAD_ROUNDS = 5
LOAD_S = 3
CONNECTIONS = 32
ROW = b'{"instances": [[0.05]]}'

IMAGE = (sys.executable, "-m", "lr_core.http.server")
STOCK = str(BIN / "functions-framework")
PREDICT_FOLDER = ROOT / "functions" / "predict"
V1 = "/v1/models/default:predict"

PREDICT = Server((*IMAGE, "main:app"), PREDICT_FOLDER, V1, ROW, b'{"predictions":[')
PREDICT_STOCK = Server((STOCK, "--target=predict"), PREDICT_FOLDER, V1, ROW, b'{"predictions":[')
HELLO = Server((STOCK, "--target=hello", f"--source={PEERS / 'hello.py'}"), PEERS, "/", b"", b"hello")
RAW = Server((*IMAGE, "raw:app"), PEERS, V1, ROW, b'{"predictions":[')


def main() -> None:
    """Measure all, and print a table."""
    if shutil.which("wrk") is None:
        sys.exit("error: wrk is needed to make load; Debian's package is wrk, Homebrew's too")
    with tempfile.TemporaryDirectory() as folder:
        store = learned(Path(folder))
        print(f"Python {platform.python_version()}, {os.cpu_count()} processors, medians within one run\n")
        print(f"{'':<34} {'predict':>10} {'peer':>10} {'ratio':>7}   bound")
        cold_start(store)
        memory(store)
        throughput(store)


def learned(folder: Path) -> str:
    """Return the URL of a store with a model of one feature."""
    store = open_store(folder.as_uri())
    store.create("data/default/a.csv", b"bmi,y\n0.06,151\n-0.05,75\n0.04,141\n-0.01,206\n")
    train(store, TrainRequest("default", {"source": "bench", "id": "1"}))
    return store.url


def cold_start(store: str) -> None:
    """Compare the time from process start to the first right answer with functions-framework's hello."""
    ours: list[float] = []
    peers: list[float] = []
    for _ in range(ROUNDS + 1):
        for server, times in ((PREDICT, ours), (HELLO, peers)):
            with running(server, store) as found:
                times.append(found.start_s * 1e3)
    row("cold start, ms (stock hello)", median(ours[1:]), median(peers[1:]), "at most 1.1", lambda ratio: ratio <= 1.1)


def memory(store: str) -> None:
    """Weigh both at rest after one answer."""
    with running(PREDICT, store) as ours, running(HELLO, store) as peer:
        mine, theirs = resident_mb(ours.pid), resident_mb(peer.pid)
    row("memory at rest, MB (stock hello)", mine, theirs, "at most 60 MB", lambda _ratio: mine <= 60)


def throughput(store: str) -> None:
    """Compare requests a second with a raw application, and with the same function behind the stock framework."""
    rates: dict[int, list[float]] = {0: [], 1: [], 2: []}
    with running(PREDICT, store) as ours, running(RAW, store) as raw, running(PREDICT_STOCK, store) as stock:
        for _ in range(LOAD_ROUNDS):
            for place, server in enumerate((ours, raw, stock)):
                rates[place].append(requests_a_second(server.port))
    mine, limit, framework = (median(rates[place]) for place in range(3))
    row("requests/s, 32 connections (raw)", mine, limit, "at least 0.35", lambda ratio: ratio >= 0.35)
    row("the same (stock functions-framework)", mine, framework, "", lambda _ratio: True)


def requests_a_second(port: int) -> float:
    """Return what wrk counts for one row a request."""
    words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{LOAD_S}s", f"-s{PEERS / 'one_row.lua'}"]
    output = subprocess.run([*words, f"http://127.0.0.1:{port}{V1}"], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        sys.exit(f"error: not all requests were answered\n{output}")
    found = re.search(r"Requests/sec:\s*([0-9.]+)", output)
    return float(found[1]) if found else sys.exit(f"error: wrk said\n{output}")


def row(name: str, mine: float, peer: float, bound: str, is_met: Callable[[float], bool]) -> None:
    """Print one line of the table."""
    ratio = mine / peer
    verdict = f"{bound}: {'met' if is_met(ratio) else 'MISSED'}" if bound else ""
    print(f"{name:<36} {mine:>8.0f} {peer:>10.0f} {ratio:>7.2f}   {verdict}", flush=True)


if __name__ == "__main__":
    main()
