"""The server of a container, with marks: it prints when it got how far, once the first answer is out.

Run as `python -P marked.py main:app` in the folder of a function; the parent's clock is the same (`time.monotonic`).
"""

from __future__ import annotations

import time

MARKS = {"interpreter": time.monotonic()}

import json  # noqa: E402  -- the first mark comes before all imports
from typing import Any  # noqa: E402

from lr_core.http import server  # noqa: E402

MARKS["server imported"] = time.monotonic()
serve = server.serve


def serve_marked(app: Any, listener: Any, log_level: str = "warning") -> None:
    """Serve the application, and mark its first call."""
    MARKS["function imported"] = time.monotonic()

    async def first(scope: Any, receive: Any, send: Any) -> None:
        MARKS["listening"] = time.monotonic()
        await app(scope, receive, send)
        print(json.dumps(MARKS), flush=True)

    serve(first, listener, log_level)


server.serve = serve_marked
server.main()
