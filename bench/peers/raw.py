"""The most that one uvicorn process can do: read a request, answer with a constant."""

from __future__ import annotations

from typing import Any

BODY = b'{"predictions":[199.6052471820981]}'
HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(BODY))]


async def app(_scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer an ASGI request."""
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})
