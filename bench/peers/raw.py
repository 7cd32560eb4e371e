"""The most that one uvicorn process can do: read a request, answer with a constant, or with the same arithmetic.

`app` does the former; `arithmetic` reads rows of one number by msgspec and writes their predictions.
"""

from __future__ import annotations

from typing import Any

import msgspec

BODY = b'{"predictions":[199.5]}'
JSON = (b"content-type", b"application/json")
INTERCEPT, SLOPE = 152.0, 950.0


class Instances(msgspec.Struct):
    """A request."""

    instances: list[tuple[float]]


decoder = msgspec.json.Decoder(Instances)
encoder = msgspec.json.Encoder()


async def app(_scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer with a constant."""
    await receive()
    await answer(send, BODY)


async def arithmetic(_scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer with predictions."""
    pieces, more = [], True
    while more:
        message = await receive()
        pieces.append(message["body"])
        more = message["more_body"]
    rows = decoder.decode(b"".join(pieces)).instances
    await answer(send, encoder.encode({"predictions": [INTERCEPT + SLOPE * x for (x,) in rows]}))


async def answer(send: Any, body: bytes) -> None:
    """Send a body."""
    headers = [JSON, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
