"""Servers to measure: start one, wait for its first right answer, weigh it, end it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
PEERS = ROOT / "bench" / "peers"
DEADLINE_S = 30
STEP_S = 0.0005


@dataclass(frozen=True)
class Server:
    """What is started, and the request that it has answered right when it is there.

    Attributes
    ----------
    command, folder
        The program and its words, and where it runs; it listens on `PORT`.
    path, body, answer
        A POST with this body is to be answered by something that begins so.
    """

    command: Sequence[str]
    folder: Path
    path: str
    body: bytes
    answer: bytes


@dataclass(frozen=True)
class Running:
    """A server that has given its first right answer.

    Attributes
    ----------
    port, pid
        Where it listens, and its process.
    start_s
        Seconds from the start of the process to the answer.
    """

    port: int
    pid: int
    start_s: float


@contextmanager
def running(server: Server, store: str) -> Iterator[Running]:
    """Run a server, and end it with its children."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LR_", "AWS_"))}
    environment = kept | {"PORT": str(port), "HOST": "127.0.0.1", "LR_STORE": store, "PYTHONPATH": str(ROOT)}
    begin = time.perf_counter()
    process = subprocess.Popen(
        server.command, cwd=server.folder, env=environment, start_new_session=True, stderr=subprocess.DEVNULL
    )
    try:
        while not answers(server, port):
            if process.poll() is not None or time.perf_counter() - begin > DEADLINE_S:
                sys.exit(f"error: {' '.join(server.command)} gave no right answer")
            time.sleep(STEP_S)
        yield Running(port, process.pid, time.perf_counter() - begin)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(server: Server, port: int) -> bool:
    """Ask once."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE_S)
    try:
        connection.request("POST", server.path, server.body, {"content-type": "application/json"})
        return connection.getresponse().read().startswith(server.answer)
    except (ConnectionError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process and its children, in MB."""
    pids = [pid, *children(pid)]
    pages = sum(int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in pids)
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def children(pid: int) -> list[int]:
    """Return the processes that a process has started, and theirs."""
    own = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return own + [grandchild for child in own for grandchild in children(child)]
