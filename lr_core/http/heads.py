"""What the head of a request may be: how large, and how slow. uvicorn has no limits of its own here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lr_core.http.asgi import write
from lr_core.http.problem import HttpError, to_response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lr_core.http.message import Response

__all__ = ["HEAD_BYTES", "HEAD_S", "MOST_FIELDS", "Refusal", "fits"]

HEAD_S = 10.0
"""How often a connection is looked at; a head that takes longer than from one time to the next but one is too slow."""
HEAD_BYTES = 65_536
MOST_FIELDS = 100


def fits(fields: Iterable[tuple[bytes, bytes]], url: bytes) -> bool:
    """Tell whether a head is not too large."""
    found = list(fields)
    return len(found) <= MOST_FIELDS and len(url) + sum(len(name) + len(value) for name, value in found) <= HEAD_BYTES


class Refusal:
    """An application that answers a request with a head that is too large."""

    def at_once(self, scope: dict[str, Any], _body: bytes) -> Response:
        """Answer at once."""
        return self._response(scope)

    async def __call__(self, scope: dict[str, Any], _receive: object, send: Any) -> None:
        """Answer, as ASGI has it."""
        await write(self._response(scope), send, closes=True)

    def _response(self, scope: dict[str, Any]) -> Response:
        detail = f"expected a head of at most {MOST_FIELDS} fields and {HEAD_BYTES} bytes"
        return to_response(HttpError(431, "Request Header Fields Too Large", detail), scope["path"][:HEAD_BYTES])
