"""The server of a container, with marks: it prints when it got how far, once the first answer is out.

Run as `python -P marked.py main:app` in the folder of a function; the parent's clock is the same (`time.monotonic`).
"""

from __future__ import annotations

import time

MARKS = {"interpreter": time.monotonic()}

import json  # noqa: E402  -- the first mark comes before all imports
from typing import TYPE_CHECKING, Any  # noqa: E402

from lr_core.http import server  # noqa: E402
from lr_core.http.asgi import Door  # noqa: E402

if TYPE_CHECKING:
    from lr_core.http.ports import Ports

MARKS["server imported"] = time.monotonic()
serve = server.serve


class Marked(Door):
    """An application that tells when it was called; what it answers goes the long way."""

    def __init__(self, app: Door | Ports) -> None:
        self._app = app

    def start(self) -> None:
        """Begin what the application begins."""
        self._app.start()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer, then tell."""
        MARKS["listening"] = time.monotonic()
        await self._app(scope, receive, send)
        print(json.dumps(MARKS), flush=True)

    def at_once(self, request: Any, address: str) -> bool:  # noqa: ARG002  -- as a door has it
        """Leave it to the long way."""
        return False


def serve_marked(app: Door | Ports, listener: Any, log_level: str = "warning") -> None:
    """Serve the application, and mark its first call."""
    MARKS["function imported"] = time.monotonic()
    serve(Marked(app), listener, log_level)


server.serve = serve_marked
server.main()
