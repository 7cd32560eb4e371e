"""A proxy on loopback between a client and an S3 server, which lets one fault happen to one request."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import replace
from enum import StrEnum
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, ClassVar

from tests.waiting import DEADLINE_S, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lr_core.settings import S3Settings


class Mode(StrEnum):
    """A fault on the wire, as the table of figures names it."""

    CLOSED = "connection closed"
    DOWN = "down from here on"
    CUT = "cut after the answer"
    HELD = "answer held back"
    LATE = "request held back"
    LATER = "request held, rerun"


NOT_CARRIED_OUT = (Mode.CLOSED, Mode.DOWN)


class Proxy(ThreadingHTTPServer):
    """Counts the requests since it was armed; what it holds back goes on when it is released."""

    daemon_threads = True

    def __init__(self, server: S3Settings) -> None:
        super().__init__(("127.0.0.1", 0), Relay)
        self._lock = Lock()
        self._upstream = (server.endpoint or "").removeprefix("http://")
        self.settings = replace(server, endpoint=f"http://127.0.0.1:{self.server_port}")
        self.released = Event()
        self.count = self.relaying = self.struck = 0
        self.arm(0, None)

    def arm(self, number: int, mode: Mode | None) -> None:
        """Count from one again, and let a fault happen at a request."""
        self.released.clear()
        self.count = self.struck = 0
        self._number, self._mode = number, mode

    def release(self) -> None:
        """Let go of what is held back, and wait until all of it was carried out."""
        self.released.set()
        until(lambda: self.relaying == 0, "the proxy holds no request")

    @contextmanager
    def next_request(self) -> Iterator[Mode | None]:
        """Count a request, and return the fault that it meets."""
        with self._lock:
            self.count += 1
            self.relaying += 1
            is_met = self.count == self._number or (self.count > self._number and self._mode is Mode.DOWN)
            self.struck += is_met
        try:
            yield self._mode if is_met else None
        finally:
            with self._lock:
                self.relaying -= 1

    def ask(self, request: BaseHTTPRequestHandler, body: bytes) -> bytes:
        """Hand a request to the server, and return its answer as it goes over the wire."""
        upstream = HTTPConnection(self._upstream, timeout=DEADLINE_S)
        try:
            upstream.putrequest(request.command, request.path, skip_host=True, skip_accept_encoding=True)
            for name, value in request.headers.items():
                upstream.putheader(name, value)
            upstream.endheaders(body)
            answer = upstream.getresponse()
            data = answer.read()
            skipped = {"transfer-encoding", "connection", "content-length"}
            kept = [f"{name}: {value}" for name, value in answer.getheaders() if name.lower() not in skipped]
            head = [f"HTTP/1.1 {answer.status} {answer.reason}", *kept, f"Content-Length: {len(data)}", "", ""]
            return "\r\n".join(head).encode("latin-1") + data
        finally:
            upstream.close()


class Relay(BaseHTTPRequestHandler):
    """A connection of the client."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Proxy
    holding: ClassVar = (Mode.LATE, Mode.LATER)

    def relay(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.server.next_request() as mode:
            self.close_connection = mode is not None
            if mode in NOT_CARRIED_OUT:
                return
            if mode in self.holding:
                self.server.released.wait(DEADLINE_S)
            answer = self.server.ask(self, body)
            if mode is Mode.HELD:
                self.server.released.wait(DEADLINE_S)
            if mode is not Mode.CUT:
                with suppress(OSError):  # the client may be gone
                    self.wfile.write(answer)

    do_GET = do_PUT = do_POST = do_DELETE = relay  # noqa: N815  -- the names that http.server looks for

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def running(server: S3Settings) -> Iterator[Proxy]:
    """Run a proxy before a server."""
    with Proxy(server) as proxy:
        thread = Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield proxy
        finally:
            proxy.released.set()
            proxy.shutdown()
            thread.join()
