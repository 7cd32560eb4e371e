"""What runs in the subscriber's pod, of the standard library alone: each event that it is sent is a line of its log.

What comes to /train goes on to train, and train's answer back: so the log shows how often an event was delivered, and
what was answered each time.
"""

from __future__ import annotations

import json
import os
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TRAIN = os.environ["TRAIN_HOST"]
PORT = 8080
WAIT_S = 120
OF_CONNECTION = {"connection", "content-length", "host", "transfer-encoding", "te"}
Answer = tuple[int, dict[str, str], bytes]


class Subscriber(BaseHTTPRequestHandler):
    """Takes every event."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Say that the pod is ready."""
        self.respond(200, {}, b"")

    def do_POST(self) -> None:
        """Take an event, or hand it on."""
        headers, body = {name.lower(): value for name, value in self.headers.items()}, self.body()
        answer = asked(headers, body) if self.path == "/train" else (204, {}, b"")
        line = {"path": self.path, "headers": headers, "body": body.decode(), "status": answer[0]}
        print(json.dumps(line), flush=True)  # noqa: T201  -- the log is the result
        self.respond(*answer)

    def body(self) -> bytes:
        """Read the body, which comes with its length or in chunks (RFC 9112, section 7.1)."""
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        parts = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # trailers
        return b"".join(parts)

    def respond(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Send an answer."""
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing else: the log has a line for each event."""


def asked(headers: Mapping[str, str], body: bytes) -> Answer:
    """Return train's answer to an event."""
    connection = HTTPConnection(TRAIN, timeout=WAIT_S)
    try:
        passed = {name: value for name, value in headers.items() if name not in OF_CONNECTION}
        connection.request("POST", "/train", body, passed)
        answer = connection.getresponse()
        said = answer.read()
        own = {name.lower(): value for name, value in answer.getheaders() if name.lower() not in OF_CONNECTION}
        return answer.status, own, said
    finally:
        connection.close()


if __name__ == "__main__":
    ThreadingHTTPServer(("", PORT), Subscriber).serve_forever()
