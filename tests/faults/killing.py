"""Asking the fork server for processes that are killed amid an operation."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lr_core.settings import S3Settings

ROOT = Path(__file__).parents[2]
NEVER = 0


class ForkServer:
    """A process that forks and kills."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, operation: str, url: str, server: S3Settings | None, **how: Any) -> tuple[int, float]:
        """Run an operation in a process of its own, and return its exit status or minus the signal, and the seconds.

        Parameters
        ----------
        how
            `number` of the call after which it is killed; `is_torn` where it is killed amid what that call writes;
            `after_s` where it is killed at a moment instead.
        """
        case = {"operation": operation, "url": url, "server": server and asdict(server)}
        case |= {"number": NEVER, "is_torn": False, "after_s": None} | how
        asked, answered = cast("IO[str]", self._process.stdin), cast("IO[str]", self._process.stdout)
        asked.write(json.dumps(case) + "\n")
        asked.flush()
        status, seconds = json.loads(answered.readline())
        return status, seconds


@contextmanager
def fork_server() -> Iterator[ForkServer]:
    """Run the fork server; it ends when its input does."""
    command = [sys.executable, "-m", "tests.faults.forkserver"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield ForkServer(process)
    assert process.returncode == 0
