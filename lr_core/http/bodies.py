"""How bodies may come: how slowly, and how much of them at once."""

from __future__ import annotations

from asyncio import get_running_loop, timeout
from typing import TYPE_CHECKING, Any

from lr_core.http.limits import too_large
from lr_core.http.problem import HttpError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["Bodies", "Disconnected", "too_slow"]

BODY_S = 20.0
"""How long a body may take, beside what `BYTES_A_S` gives to a long one."""
BYTES_A_S = 16_384
"""The slowest that a body may come on the whole."""
MOST_AT_ONCE = 8
"""So many bodies of the greatest length may be in memory at once; what more comes is asked to come again."""
RETRY_AFTER = (("retry-after", "1"),)


class Disconnected(Exception):
    """The client left before its request was whole."""


class Bodies:
    """Reads bodies, on one event loop.

    Parameters
    ----------
    max_body_bytes
        The longest that a body may be.
    """

    def __init__(self, max_body_bytes: int) -> None:
        self._max_body_bytes = max_body_bytes
        self._held_bytes = 0

    async def read(self, receive: Callable[[], Awaitable[dict[str, Any]]]) -> bytes:
        """Return a body, which comes in pieces; `release` it when it was answered.

        Raises
        ------
        HttpError
            413, 408 where it comes too slowly, 503 where too many others have come.
        Disconnected
            It broke off.
        """
        pieces: list[bytes] = []
        try:
            await self._fill(pieces, receive)
        except BaseException:
            self._held_bytes -= sum(map(len, pieces))
            raise
        return b"".join(pieces)

    async def _fill(self, pieces: list[bytes], receive: Callable[[], Awaitable[dict[str, Any]]]) -> None:
        """Read what comes until its end."""
        size, more, began_at = 0, True, get_running_loop().time()
        try:
            async with timeout(BODY_S) as limit:
                while more:
                    message = await received(receive)
                    pieces.append(message.get("body", b""))
                    size += len(pieces[-1])
                    self._hold(len(pieces[-1]), size)
                    more = message.get("more_body", False)
                    limit.reschedule(began_at + BODY_S + size / BYTES_A_S)
        except TimeoutError:
            raise too_slow() from None

    def _hold(self, n_bytes: int, size: int) -> None:
        """Count a piece of a body that has this size now."""
        self._held_bytes += n_bytes
        if size > self._max_body_bytes:
            raise too_large(self._max_body_bytes)
        if self._held_bytes > MOST_AT_ONCE * self._max_body_bytes:
            raise HttpError(503, "Service Unavailable", "too many large bodies have come at once", RETRY_AFTER)

    def release(self, body: bytes) -> None:
        """Count a body no longer."""
        self._held_bytes -= len(body)


async def received(receive: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """Return the next message."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Disconnected
    return message


def too_slow() -> HttpError:
    """Return the error of a body that comes too slowly."""
    return HttpError(408, "Request Timeout", "the body came too slowly")
