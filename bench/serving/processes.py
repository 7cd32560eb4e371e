"""Servers to measure: start one, wait for its first right answer, weigh it, end it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import IO

__all__ = ["Running", "Server", "resident_mb", "running"]

DEADLINE_S = 30
STEP_S = 0.001


@dataclass(frozen=True, slots=True)
class Server:
    """What is started, and the request that it has answered right when it is there.

    Attributes
    ----------
    command, folder
        The program and its words, and where it runs; it listens on `PORT`, or uvicorn's own variable of that.
    path, body, answer
        A POST of this body is answered by 200 and a body that begins so.
    """

    command: tuple[str, ...]
    folder: Path
    path: str
    body: bytes
    answer: bytes


@dataclass(frozen=True, slots=True)
class Running:
    """A server that has given its first right answer.

    Attributes
    ----------
    port, pid, output
        Where it listens, its process, and what it prints.
    began_s, answered_s
        When its process was started and when the answer was there, by the clock that all processes share.
    """

    port: int
    pid: int
    output: IO[bytes]
    began_s: float
    answered_s: float

    @property
    def start_ms(self) -> float:
        """Return the time from the start of the process to the answer, in milliseconds."""
        return (self.answered_s - self.began_s) * 1e3


@contextmanager
def running(server: Server, environment: Mapping[str, str]) -> Iterator[Running]:
    """Run a server in an environment, and end it with its children."""
    port = free_port()
    began_s = time.monotonic()
    with subprocess.Popen(
        server.command,
        cwd=server.folder,
        env={**environment, "PORT": str(port), "UVICORN_PORT": str(port)},
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            answered_s = first_right_answer(server, port, process)
            assert process.stdout is not None  # noqa: S101  -- for the type checker: it is a pipe
            yield Running(port, process.pid, process.stdout, began_s, answered_s)
        finally:
            with suppress(ProcessLookupError):  # it has ended by itself
                os.killpg(process.pid, signal.SIGKILL)  # its own session: gunicorn's worker too, and nothing else


def first_right_answer(server: Server, port: int, process: subprocess.Popen[bytes]) -> float:
    """Ask until the answer is right, and return when that was."""
    head = f"POST {server.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n"
    request = f"{head}Content-Length: {len(server.body)}\r\n\r\n".encode() + server.body
    deadline_s = time.monotonic() + DEADLINE_S
    answer = b""
    while process.poll() is None and time.monotonic() < deadline_s:
        answer = ask(port, request)
        status, _, body = answer.partition(b"\r\n\r\n")
        if status.startswith(b"HTTP/1.1 200") and body.startswith(server.answer):
            return time.monotonic()
        time.sleep(STEP_S)
    sys.exit(f"error: {' '.join(server.command)}: expected {server.answer!r}, found {answer!r}, exit {process.poll()}")


def ask(port: int, request: bytes) -> bytes:
    """Return all that a port answers, nothing where nobody listens yet."""
    with socket.socket() as connection:
        connection.settimeout(DEADLINE_S)
        if connection.connect_ex(("127.0.0.1", port)):
            return b""
        try:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65536), b""))
        except ConnectionError:
            return b""


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process and all that it started, in MB (10⁶ bytes)."""
    own_kib = next(
        int(line.split()[1]) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if "VmRSS" in line
    )
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own_kib * 1024 / 1e6 + sum(resident_mb(int(child)) for child in children)
