"""A process that has imported everything and opened no store, and forks a child for each case, which is killed.

It reads a case a line, as JSON, and answers each with how the child ended, minus the signal, and the seconds it took.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
import traceback
from typing import TYPE_CHECKING, Any, TypeVar

from lr_core.settings import S3Settings
from lr_core.store import open_store
from tests.faults.operations import BY_NAME
from tests.faults.watched import Watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.watched import Call

T = TypeVar("T")


class Killer:
    """Kills its own process right after a call was carried out, or amid what the call writes."""

    def __init__(self, number: int, *, is_torn: bool) -> None:
        self._number, self._is_torn = number, is_torn

    def __call__(self, call: Call, carry_out: Callable[[], T]) -> T:
        if call.number != self._number:
            return carry_out()
        if self._is_torn:
            die_of_a_file_of(call.size // 2)
        try:
            return carry_out()
        finally:
            os.kill(os.getpid(), signal.SIGKILL)


def die_of_a_file_of(size: int) -> None:
    """Have the kernel end this process as soon as a file of it grows beyond a size."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def run(case: dict[str, Any]) -> None:
    """Run an operation in this process."""
    server = S3Settings(**case["server"]) if case["server"] else None
    store = open_store(case["url"], server, timeout_s=30)
    BY_NAME[case["operation"]].run(Watched(store, Killer(case["number"], is_torn=case["is_torn"])))


def child(case: dict[str, Any]) -> None:
    """Run an operation and end this process in any case."""
    try:
        run(case)
    except BaseException:  # noqa: BLE001  -- whatever it is, this process must not go on as its parent does
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def ended(case: dict[str, Any]) -> tuple[int, float]:
    """Fork a child for a case, kill it at a moment if the case names one, and return how it ended and the seconds."""
    start = time.monotonic()
    process = os.fork()
    if not process:
        child(case)
    if case["after_s"] is not None:
        time.sleep(case["after_s"])  # a moment that is drawn, not a wait for anything
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status), time.monotonic() - start


def main() -> None:
    """Answer a line with a line."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(ended(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
