"""Where the time of a request goes, for a client that asks (W3C Server Timing)."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lr_core.http.message import Request, Response

__all__ = ["SERVER_TIMING", "Timing", "timed", "timing_of"]

SERVER_TIMING = "server-timing"
"""Who sends the header with a request is told with the answer."""


class Timing:
    """The parts of one request so far; one that is marked twice is the sum of both times."""

    __slots__ = ("_last_s", "_parts_s")

    def __init__(self) -> None:
        self._parts_s: dict[str, float] = {}
        self._last_s = perf_counter()

    def mark(self, part: str) -> None:
        """Say that a part ends here, which began where the one before it ended."""
        now_s = perf_counter()
        self._parts_s[part] = self._parts_s.get(part, 0.0) + now_s - self._last_s
        self._last_s = now_s

    def __str__(self) -> str:
        return ", ".join(f"{part};dur={1e3 * part_s:.3f}" for part, part_s in self._parts_s.items())


def timing_of(headers: Mapping[str, str]) -> Timing | None:
    """Begin to take the time of a request that asks for it."""
    return Timing() if SERVER_TIMING in headers else None


def timed(request: Request, response: Response) -> Response:
    """Return a response that says where the time went, if that was asked for; what is not marked yet is encoding."""
    if request.timing is None:
        return response
    request.timing.mark("encode")
    return replace(response, headers=(*response.headers, (SERVER_TIMING, str(request.timing))))
