"""Predict beside its peers: cold start, memory, and requests a second; ratios within one run, medians of several.

It informs and judges nothing: a promise that is missed is printed, and only what could not be measured is a failure.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import sys
import tempfile
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench.load import CONNECTIONS, requests_a_second, require_wrk
from bench.processes import Server, resident_mb, running
from bench.table import Comparison, heading, row
from lr_core.store import open_store
from lr_core.training.request import TrainRequest
from lr_core.training.train import train

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType

    Environment = Mapping[str, str]

LIMIT_S = 180
START_ROUNDS = 15
MARK_ROUNDS = 5
LOAD_ROUNDS = 5
LOAD_S = 3
WARM_UP_S = 1
FIGURE = f"requests/s by {CONNECTIONS}"

ROOT = Path(__file__).parents[1]
PEERS = ROOT / "bench" / "peers"
PREDICT_FOLDER = ROOT / "functions" / "predict"
V1 = "/v1/models/default:predict"

TABLE = b"bmi,y\n-0.04,114\n-0.01,142.5\n0.02,171\n0.06,209\n"
"""y = 152 + 950·bmi, so 0.05 gives 199.5."""
STREAM = ("/stream", b'{"record": "0.05"}', b'{"prediction":"[199.50]"}')
ONE_ROW = (V1, b'{"instances": [[0.05]]}', b'{"predictions":[199.')

IMAGE = (sys.executable, "-m", "lr_core.http.server")
MARKED = (sys.executable, "-P", str(ROOT / "bench" / "marked.py"))
UVICORN = (
    *(sys.executable, "-m", "uvicorn", "--loop=uvloop", "--http=httptools", "--ws=none", "--lifespan=off"),
    *("--no-access-log", "--no-server-header", "--no-proxy-headers", "--log-level=warning"),
)
STOCK = (str(Path(sys.executable).with_name("functions-framework")), "--signature-type=http", "--host=127.0.0.1")

WAKING = Server((*IMAGE, "main:app"), PREDICT_FOLDER, *STREAM)
WAKING_MARKED = Server((*MARKED, "main:app"), PREDICT_FOLDER, *STREAM)
HELLO = Server((*STOCK, "--target=hello", "--source=hello.py"), PEERS, "/", b"", b"hello")
PREDICT = Server((*IMAGE, "main:app"), PREDICT_FOLDER, *ONE_ROW)
RAW = Server((*UVICORN, "raw:app"), PEERS, *ONE_ROW)
PREDICT_STOCK = Server((*STOCK, "--target=predict"), PREDICT_FOLDER, *ONE_ROW)


def main() -> None:
    """Measure all, and print it."""
    require_wrk()
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(LIMIT_S)
    print(f"{machine()}\n\n{heading()}", flush=True)
    with tempfile.TemporaryDirectory(prefix="lr-sgd-bench-") as folder:
        environment = prepare(Path(folder))
        for line in chain(start(environment), throughput(environment), marks(environment)):
            print(line, flush=True)


def machine() -> str:
    """Return what the figures hang on: the Python, the processors, and what else they were doing."""
    python, busy = platform.python_version(), os.getloadavg()[0]
    return f"Python {python}, {os.cpu_count()} {platform.machine()} processors, load {busy:.1f} before"


def give_up(_signal: int, _frame: FrameType | None) -> None:
    """End the bench, and through its contexts all that it started."""
    sys.exit(f"error: not done within {LIMIT_S} s")


def prepare(folder: Path) -> Environment:
    """Train a model and return the environment of the servers, as bare as a container's.

    Bytecode has a folder of its own: whatever this machine keeps of it, the first round makes it for all alike.
    """
    store = open_store((folder / "store").as_uri())
    store.create("data/default/a.csv", TABLE)
    train(store, TrainRequest("default", {"source": "bench", "id": "1"}))
    bytecode = str(folder / "bytecode")
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "LR_STORE": store.url, "PYTHONPYCACHEPREFIX": bytecode}


def start(environment: Environment) -> Iterator[str]:
    """Compare the time from process start to the first right answer, and the memory at rest after it."""
    times: dict[Server, list[float]] = {WAKING: [], HELLO: []}
    memory: dict[Server, list[float]] = {WAKING: [], HELLO: []}
    for _ in range(START_ROUNDS + 1):
        for server in (WAKING, HELLO):
            with running(server, environment) as found:
                times[server].append(found.start_ms)
                memory[server].append(resident_mb(found.pid))
    # The first round made the bytecode.
    cold = Comparison("cold start, ms", "functions-framework hello", times[WAKING][1:], times[HELLO][1:])
    yield row(cold, "ratio at most 1.1", is_met=median(cold.ratios) <= 1.1)
    rest = Comparison("memory, MB", "functions-framework hello", memory[WAKING][1:], memory[HELLO][1:])
    yield row(rest, "at most 60 MB", is_met=median(rest.ours) <= 60)


def throughput(environment: Environment) -> Iterator[str]:
    """Compare requests a second with a raw application, and with the same function behind the stock framework."""
    with ExitStack() as stack:
        ports = [stack.enter_context(running(server, environment)).port for server in (PREDICT, RAW, PREDICT_STOCK)]
        urls = [f"http://127.0.0.1:{port}{V1}" for port in ports]
        for url in urls:
            requests_a_second(url, WARM_UP_S)
        rounds = [[requests_a_second(url, LOAD_S) for url in urls] for _ in range(LOAD_ROUNDS)]
    ours, raw, stock = zip(*rounds, strict=True)
    limit = Comparison(FIGURE, "raw uvicorn", ours, raw)
    yield row(limit, "ratio at least 0.35", is_met=median(limit.ratios) >= 0.35)
    yield row(Comparison(FIGURE, "functions-framework predict", ours, stock))


def marks(environment: Environment) -> Iterator[str]:
    """Tell where the milliseconds of a cold start go."""
    rounds: list[dict[str, float]] = []
    for _ in range(MARK_ROUNDS):
        with running(WAKING_MARKED, environment) as found:
            at_s = {**json.loads(found.output.readline()), "model read and answered": found.answered_s}
        befores_s = (found.began_s, *at_s.values())
        rounds.append({name: (s - before) * 1e3 for (name, s), before in zip(at_s.items(), befores_s, strict=False)})
    steps = [f"{name} {median(each[name] for each in rounds):.0f}" for name in rounds[0]]
    yield f"\nwhere predict's cold start goes, ms: {', '.join(steps)}"


if __name__ == "__main__":
    main()
