"""Waiting for conditions, and ports to wait on."""

from __future__ import annotations

import random
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

DEADLINE_S = 120
LISTENING = range(12_000, 30_000)
"""Below the ports that systems give to outgoing connections (RFC 6335, section 6; Linux begins at 32768)."""


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition, and fail with its name at the deadline."""
    if not within(DEADLINE_S, condition):
        pytest.fail(f"gave up waiting until {what}")


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Wait for a condition, and tell whether it came true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def free_ports(number: int) -> list[int]:
    """Return ports that nobody listens on now, and that no outgoing connection is given meanwhile."""
    found: dict[int, socket.socket] = {}
    try:
        while len(found) < number:
            port = random.choice(LISTENING)  # noqa: S311  -- a port is no secret
            with suppress(OSError):
                found.setdefault(port, socket.create_server(("127.0.0.1", port)))
    finally:
        for each in found.values():
            each.close()
    return list(found)
