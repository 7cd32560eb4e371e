"""uvicorn's protocol of HTTP/1.1 with a shortcut: what can be answered at once is, in the callback that read its end.

ASGI costs a task, two messages and two writes a request, which is more than a prediction does. A request that comes
with its first bytes as a whole, as all but large ones do, is handed to the application's `at_once`; all others, and
those that it leaves, go the usual way.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from lr_core.http.asgi import BROKEN, described

if TYPE_CHECKING:
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from lr_core.http.message import Response

__all__ = ["Direct"]

LINGER_S = 5.0
"""How long a connection whose response broke off is read, so that its client gets to what was sent before."""


class Direct(HttpToolsProtocol):
    """One connection."""

    is_fed = is_broken = False
    begun: tuple[RequestResponseCycle, Any] | None = None
    """A request whose headers are there, and which application is to answer it."""

    def data_received(self, data: bytes) -> None:
        """Read what has come, then answer; a request that waited for the one before it begins with that one's end."""
        if self.is_broken:
            return
        self.is_fed = True
        super().data_received(data)
        while self.begun is not None:
            (cycle, app), self.begun = self.begun, None
            if not self._answered(cycle, app):
                self._start(cycle, app)
        self.is_fed = False

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Wait with a request until all was read that has come with its headers."""
        if self.is_fed:
            self.begun = cycle, app
        else:
            self._start(cycle, app)

    def _start(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Let the application answer, which may break off."""
        cycle.scope["extensions"] = {BROKEN: {"break_off": partial(self._break_off, cycle)}}
        super()._start_asgi_task(cycle, app)

    def _break_off(self, cycle: RequestResponseCycle) -> None:
        """End a response without its last chunk.

        The client sees that end behind what was written before. What it still sends is passed over for a while: closed
        at once, the connection would be reset, or a client that sends all before it reads would wait for ever (RFC
        9112, section 9.6).
        """
        cycle.disconnected = self.is_broken = True
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        self.transport.write_eof()
        self.loop.call_later(LINGER_S, self.transport.abort)

    def _answered(self, cycle: RequestResponseCycle, app: Any) -> bool:
        """Answer a request, if that can be done at once."""
        if cycle.more_body or self.flow.write_paused or self.transport.is_closing():
            return False
        response = app.at_once(cycle.scope, bytes(cycle.body))
        if response is None:
            return False
        self._write(cycle, response)
        return True

    def _write(self, cycle: RequestResponseCycle, response: Response) -> None:
        """Send a response, and say that it has been."""
        content = [STATUS_LINE[response.status]]
        for name, value in (*self.server_state.default_headers, *described(response)):
            content += (name, b": ", value, b"\r\n")
        content.append(b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n")
        if cycle.scope["method"] != "HEAD":
            content.append(response.body)
        self.transport.write(b"".join(content))
        cycle.response_started = cycle.response_complete = True
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()
