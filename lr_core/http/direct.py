"""uvicorn's protocol of HTTP/1.1 with a shortcut: what can be answered at once is, in the callback that read its end.

ASGI costs a scope, an event, a task, two messages and two writes a request, which together take longer than a
prediction. A request whose end comes with its head, as that of all but large ones does, is handed to the application's
`at_once`, and none of these is made. Others, and those that the application leaves, go the usual way.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from httptools import parse_url
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from lr_core.http import heads
from lr_core.http.asgi import ADMITTED, BROKEN, fields_of, headers_of
from lr_core.http.message import Request
from lr_core.http.timing import timing_of

if TYPE_CHECKING:
    from asyncio import BaseTransport, TimerHandle

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from lr_core.http.message import Response

__all__ = ["Direct"]

STALLED_S = 60.0
"""How long a client may neither read what waits for it nor send."""

LINGER_S = 5.0
"""How long a connection whose response broke off is read, so that its client gets to what was sent before."""

IDLE_LOOKS = 10
"""How often a connection that has been of use is found idle before it is closed. That takes longer than the 90 seconds
after which Go's proxies close, queue-proxy among them: who closes first can cut off a request on its way."""


class Direct(HttpToolsProtocol):
    """One connection.

    Attributes
    ----------
    fields, pieces
        The head of a request that may be answered at once, and what has come of its body; None where none is being
        read.
    n_unread_bytes
        What has come behind the last head, or piece of a body, that has ended.
    """

    fields: list[tuple[bytes, bytes]]
    pieces: list[bytes] | None = None
    n_unread_bytes = n_messages = n_idle = 0
    is_in_head = is_heard = is_broken = False
    looking: TimerHandle
    stalled: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """Begin, and see to it that heads come in time."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self.address = self.client[0] if self.client else ""
        self.app = self.app.at(self.server)
        self.looking = self.loop.call_later(heads.HEAD_S, self._look, 0)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self.looking.cancel()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what has come; a request that has not ended with it begins to be answered the usual way."""
        if self.is_broken:
            return
        self.is_heard = True
        self.n_unread_bytes += len(data)
        super().data_received(data)
        if self.pieces is not None and not self.transport.is_closing():
            self._begin()
        if self.n_unread_bytes > heads.HEAD_BYTES or len(self.headers or ()) > heads.MOST_FIELDS:
            self._close_with(431)

    def on_message_begin(self) -> None:
        """Begin to read a head."""
        self.url, self.headers, self.expect_100_continue = b"", [], False
        self.is_in_head = True
        self.n_messages += 1

    def on_headers_complete(self) -> None:
        """Read on, where the request may be answered at once, or begin to answer it."""
        self.is_in_head = False
        self.fields, self.pieces = self.headers, []
        self.headers = []  # fields behind the body are not of the head (RFC 9110, section 6.5.1)
        if not self._is_plain():
            self._begin()
        self.n_unread_bytes = 0

    def on_body(self, body: bytes) -> None:
        """Read a piece of a body."""
        self.n_unread_bytes = 0
        if self.pieces is None:
            super().on_body(body)
        else:
            self.pieces.append(body)

    def on_message_complete(self) -> None:
        """Answer a request at once, or let it begin to be answered."""
        self.n_unread_bytes = 0
        if self.pieces is not None:
            answer = self.app.at_once(self._request(b"".join(self.pieces)), self.address)
            if not isinstance(answer, bool):
                self.pieces = None
                self._write(answer)
                return
            self._begin(is_admitted=answer)
        super().on_message_complete()

    def _is_plain(self) -> bool:
        """Tell whether a request may be answered at once: nothing before it is still being answered, or is unread."""
        return not (
            self._is_answering()
            or self.n_unread_bytes > heads.HEAD_BYTES
            or len(self.fields) > heads.MOST_FIELDS
            or self.flow.write_paused
            or self.transport.is_closing()
            or self.parser.should_upgrade()
        )

    def _begin(self, *, is_admitted: bool = False) -> None:
        """Go the usual way with a request whose head has been read, and what has come of its body."""
        url, is_expecting, pieces = self.url, self.expect_100_continue, self.pieces
        self.pieces = None
        super().on_message_begin()
        if is_admitted:
            self.scope[ADMITTED] = True  # type: ignore[literal-required]
        self.url, self.expect_100_continue = url, is_expecting
        self.headers += self.fields
        super().on_headers_complete()
        self.headers = []
        for piece in pieces or ():
            super().on_body(piece)

    def _request(self, body: bytes) -> Request:
        """Return a request that is there as a whole."""
        url = parse_url(self.url)
        path = url.path.decode("ascii")
        query = url.query.decode("latin-1") if url.query else ""
        headers = headers_of(self.fields)
        method = self.parser.get_method().decode("ascii")
        return Request(
            method, unquote(path) if "%" in path else path, query, headers, body, timing_of(headers), is_admitted=True
        )

    def _write(self, response: Response) -> None:
        """Send a response."""
        keeps = self.parser.should_keep_alive() and self.parser.get_http_version() != "1.0"
        fields = [b"%b: %b\r\n" % field for field in self.server_state.default_headers]
        own = "".join([f"{name}: {value}\r\n" for name, value in fields_of(response)]).encode("latin-1")
        end = b"\r\n" if keeps else b"connection: close\r\n\r\n"
        body = b"" if self.parser.get_method() == b"HEAD" else response.body
        self.transport.write(b"".join((STATUS_LINE[response.status], *fields, own, end, body)))
        self.server_state.total_requests += 1
        if not keeps:
            self.transport.close()

    def on_response_complete(self) -> None:
        """Go on behind a response; `_look` closes idle connections, and no timer is set for each response."""
        super().on_response_complete()
        self._unset_keepalive_if_required()

    def _look(self, n_messages: int) -> None:
        """Close a connection that awaits the same head as when it was last looked at, or none for long."""
        is_same = n_messages == self.n_messages
        self.n_idle = self.n_idle + 1 if is_same and not self._is_answering() else 0
        if is_same and self.is_in_head:
            self._close_with(408)
        elif self.n_idle > (IDLE_LOOKS if n_messages else 1):
            self.transport.close()
        elif not self.transport.is_closing():
            self.looking = self.loop.call_later(heads.HEAD_S, self._look, self.n_messages)

    def _is_answering(self) -> bool:
        """Tell whether a request that went the usual way has not been answered yet."""
        return self.cycle is not None and not self.cycle.response_complete

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
        """Let the application answer, which may break off, unless the head is too large."""
        if not heads.fits(cycle.scope):
            cycle.keep_alive, app = False, heads.Refusal()
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
