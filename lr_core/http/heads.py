"""What the head of a request may be: how large, and how slow. uvicorn has no limits of its own here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lr_core.http.asgi import write
from lr_core.http.problem import HttpError, to_response

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["HEAD_BYTES", "HEAD_S", "MOST_FIELDS", "Refusal", "fits"]

HEAD_S = 10.0
"""How often a connection is looked at; a head that takes longer than until the next time but one is too slow."""
HEAD_BYTES = 65_536
MOST_FIELDS = 100


def fits(scope: Mapping[str, Any]) -> bool:
    """Tell whether a head is not too large."""
    fields = scope["headers"]
    n_bytes = (
        len(scope["raw_path"]) + len(scope["query_string"]) + sum(len(name) + len(value) for name, value in fields)
    )
    return len(fields) <= MOST_FIELDS and n_bytes <= HEAD_BYTES


class Refusal:
    """An application that answers a request with a head that is too large."""

    async def __call__(self, scope: dict[str, Any], _receive: object, send: Any) -> None:
        """Answer, as ASGI has it."""
        detail = f"expected a head of at most {MOST_FIELDS} fields and {HEAD_BYTES} bytes"
        error = HttpError(431, "Request Header Fields Too Large", detail)
        await write(to_response(error, scope["path"][:HEAD_BYTES]), send, closes=True)
