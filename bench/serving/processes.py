"""Servers to measure: start one, wait for its first right answer, weigh it, end it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.waiting import free_ports

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bench.serving.calls import Call

__all__ = ["Running", "Server", "resident_mb", "running"]

DEADLINE_S = 120
STEP_S = 0.001
PORTS = ("port", "grpc_port", "metrics_port")


@dataclass(frozen=True, slots=True)
class Server:
    """What is started, and the request that it has answered right when it is there.

    Attributes
    ----------
    name
        What a reader knows it by, with its release.
    command, folder, environment
        The program and its words, where it runs, and its variables; `{port}`, `{grpc_port}` and `{metrics_port}` stand
        for ports that are free.
    call
        The request, of one row; None for a server that is there as soon as it listens.
    """

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(hash=False)
    call: Call | None = field(hash=False)


@dataclass(frozen=True, slots=True)
class Running:
    """A server that has given its first right answer.

    Attributes
    ----------
    server, port, pid, log
        What it is, where it listens, its process, and the file of what it prints.
    began_s, answered_s
        When its process was started and when the answer was there, by the clock that all processes share.
    """

    server: Server
    port: int
    pid: int
    log: Path
    began_s: float
    answered_s: float

    @property
    def start_ms(self) -> float:
        """Return the time from the start of the process to the answer, in milliseconds."""
        return (self.answered_s - self.began_s) * 1e3


@contextmanager
def running(server: Server) -> Iterator[Running]:
    """Run a server, and end it with all that it started."""
    ports = dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True))
    command = [word.format_map(ports) for word in server.command]
    environment = {name: value.format_map(ports) for name, value in server.environment.items()}
    with TemporaryDirectory(prefix="lr-sgd-bench-log-") as folder, (log := Path(folder, "log")).open("wb") as output:
        began_s = time.monotonic()
        with subprocess.Popen(
            command, cwd=server.folder, env=environment, stdout=output, stderr=output, start_new_session=True
        ) as process:
            try:
                answered_s = until_there(server, int(ports["port"]), process, log)
                yield Running(server, int(ports["port"]), process.pid, log, began_s, answered_s)
            finally:
                for pid in (*started(process.pid), process.pid):
                    with suppress(ProcessLookupError):  # it has ended by itself
                        os.kill(pid, signal.SIGKILL)


def until_there(server: Server, port: int, process: subprocess.Popen[bytes], log: Path) -> float:
    """Ask until the answer is right, and return when that was."""
    request = message(server.call) if server.call else b""
    deadline_s = time.monotonic() + DEADLINE_S
    answer: bytes | None = None
    while process.poll() is None and time.monotonic() < deadline_s:
        answer = ask(port, request)
        answered_s = time.monotonic()
        if answer is not None and (server.call is None or is_right(server.call, answer)):
            return answered_s
        time.sleep(STEP_S)
    printed = log.read_text()[-4000:]
    sys.exit(f"error: {server.name}: expected a right answer, found {answer!r}, exit {process.poll()}\n{printed}")


def message(call: Call) -> bytes:
    """Return a request on a connection of its own."""
    fields = {"Host": "127.0.0.1", "Connection": "close", **call.headers, "Content-Length": str(len(call.body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {call.path} HTTP/1.1\r\n{head}\r\n".encode() + call.body


def is_right(call: Call, answer: bytes) -> bool:
    """Tell whether an answer is a good one with the right body."""
    status, _, body = answer.partition(b"\r\n\r\n")
    return status.startswith(b"HTTP/1.1 200") and call.is_right(body)


def ask(port: int, request: bytes) -> bytes | None:
    """Return all that a port answers to a request, None where nobody listens yet."""
    with socket.socket() as connection:
        connection.settimeout(DEADLINE_S)
        try:
            connection.connect(("127.0.0.1", port))
            if not request:
                return b""
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65536), b""))
        except ConnectionError:
            return None


def resident_mb(pid: int) -> float:
    """Return the memory of a process and all that it started, in MB (10⁶ bytes); what they share counts once."""
    return sum(proportional_kib(each) for each in (pid, *started(pid))) * 1024 / 1e6


def proportional_kib(pid: int) -> int:
    """Return the resident memory of a process, pages shared with others in parts (Linux, proc(5), smaps_rollup)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def started(pid: int) -> list[int]:
    """Return what a process has started, and what that has."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # a thread that has ended meanwhile
            for child in map(int, task.read_text().split()):
                found += [child, *started(child)]
    return found
