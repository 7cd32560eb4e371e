"""uvicorn's protocol of HTTP/1.1 with a shortcut: what can be answered at once is, in the callback that read its end.

ASGI costs a task, two messages and two writes a request, which is more than a prediction does. A request that comes
with its first bytes as a whole, as all but large ones do, is handed to the application's `at_once`; all others, and
those that it leaves, go the usual way.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from lr_core.http import heads
from lr_core.http.asgi import BROKEN, described

if TYPE_CHECKING:
    from asyncio import BaseTransport, TimerHandle

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from lr_core.http.message import Response

__all__ = ["Direct"]

STALLED_S = 60.0
"""How long a client may neither read what waits for it nor send."""

LINGER_S = 5.0
"""How long a connection whose response broke off is read, so that its client gets to what was sent before."""


class Direct(HttpToolsProtocol):
    """One connection."""

    is_fed = is_heard = is_broken = is_refused = False
    begun: tuple[RequestResponseCycle, Any] | None = None
    """A request whose headers are there, and which application is to answer it."""
    n_head_bytes = 0
    """What has come of a head that has not ended, or has come in a large piece."""
    looking: TimerHandle
    stalled: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """Begin, and see to it that heads come in time."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self.looking = self.loop.call_later(heads.HEAD_S, self._look, None)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self.looking.cancel()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what has come, then answer; a request that waited for the one before it begins with that one's end."""
        if self.is_broken:
            return
        self.is_fed = True
        n_bytes = len(data)
        if n_bytes > heads.HEAD_BYTES:
            self.n_head_bytes += n_bytes
        super().data_received(data)
        while self.begun is not None:
            (cycle, app), self.begun = self.begun, None
            if not self._answered(cycle, app):
                self._start(cycle, app)
        self.is_fed = False
        cycle = self.cycle
        is_plain = cycle is not None and cycle.scope is self.scope and not (self.n_head_bytes or self.stalled)
        if not is_plain or len(self.headers) > heads.MOST_FIELDS:
            self._watch(n_bytes)

    def _watch(self, n_bytes: int) -> None:
        """Look at a head that is not there as a whole, or is large, and at fields that may stand behind a body, too."""
        self.is_heard = True
        if self._unread_head() is None:
            self.n_head_bytes = 0
        elif n_bytes <= heads.HEAD_BYTES:
            self.n_head_bytes += n_bytes
        has_too_many = self.headers is not None and len(self.headers) > heads.MOST_FIELDS
        if self.n_head_bytes > heads.HEAD_BYTES or (has_too_many and not self.is_refused):
            self._close_with(431)

    def _unread_head(self) -> object | None:
        """Return what stands for a head that has not ended, also one that has not begun; None where none is awaited."""
        scope: object | None = self.scope
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None:
            return scope or self
        return scope if cycle.response_complete and cycle.scope is not scope else None

    def _look(self, seen: object | None) -> None:
        """Close a connection whose head was awaited already when it was last looked at."""
        awaited = self._unread_head()
        if awaited is self and awaited is seen:
            self.transport.close()  # there was no request that could be answered
        elif awaited is not None and awaited is seen:
            self._close_with(408)
        elif not self.transport.is_closing():
            self.looking = self.loop.call_later(heads.HEAD_S, self._look, awaited)

    def _close_with(self, status: int) -> None:
        """Say what is wrong with a head, and close; what has begun to be answered breaks off."""
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and cycle.response_started and not cycle.response_complete:
            self.transport.abort()
        elif not self.transport.is_closing():
            self.transport.write(STATUS_LINE[status] + b"content-length: 0\r\nconnection: close\r\n\r\n")
            self.transport.close()

    def pause_writing(self) -> None:
        """Hear that the client does not read."""
        super().pause_writing()
        self.is_heard = False
        self.stalled = self.loop.call_later(STALLED_S, self._unstall)

    def resume_writing(self) -> None:
        """Hear that it does."""
        super().resume_writing()
        if self.stalled is not None:
            self.stalled.cancel()
            self.stalled = None

    def _unstall(self) -> None:
        """Leave a client that neither reads nor sends: what waits for it would do so for ever."""
        if not self.is_heard:
            self.transport.abort()
            return
        self.is_heard = False
        self.stalled = self.loop.call_later(STALLED_S, self._unstall)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Wait with a request until all was read that has come with its headers."""
        is_long = len(self.headers) > heads.MOST_FIELDS or self.n_head_bytes > heads.HEAD_BYTES
        if is_long and not heads.fits(cycle.scope["headers"], self.url):
            self.is_refused, cycle.keep_alive, app = True, False, heads.Refusal()
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
