"""A sink that tests listen with: a real HTTP server on loopback that notes what it is sent."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Listener", "Message", "listening"]


@dataclass(frozen=True)
class Message:
    """What was sent: a path, headers by name in lower case with values as Latin-1, a body."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Listener:
    """What came, in its order, and what is answered next; 202 where nothing else is said."""

    url: str
    received: list[Message] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def take(self) -> list[Message]:
        """Return what came since the last call."""
        taken, self.received[:] = list(self.received), []
        return taken


@contextmanager
def listening() -> Iterator[Listener]:
    """Listen for as long as the context lasts."""
    listener = Listener("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            listener.received.append(Message(self.path, headers, body))
            self.send_response(listener.answers.pop(0) if listener.answers else 202)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  -- its name in the base class
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        listener.url = f"http://127.0.0.1:{server.server_address[1]}/ns/default"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield listener
        finally:
            server.shutdown()
            thread.join()
