"""Tables as they are read from a store."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING

from lr_core.data.header import read_header
from lr_core.repository.tables import StoredTable
from lr_core.settings import S3Settings
from lr_core.store import Listed, open_store
from tests.waiting import DEADLINE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = b"1,2\n" * 2**14
N_BLOCKS = 2**14  # more than sockets hold


@contextmanager
def server_of_a_long_table(let_go: Event) -> Iterator[str]:
    """Serve a table that nobody reads to its end; the event is set when a client has hung up."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("ETag", '"e"')
            self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
            self.send_header("Content-Length", str(4 + N_BLOCKS * len(BLOCK)))
            self.end_headers()
            try:
                self.wfile.write(b"x,y\n")
                for _ in range(N_BLOCKS):
                    self.wfile.write(BLOCK)
            except OSError:
                let_go.set()

        def log_message(self, *_words: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads, server.block_on_close = True, False  # who does not let go holds up no other test
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_server_whose_table_was_read_in_part_is_let_go() -> None:
    let_go = Event()
    with server_of_a_long_table(let_go) as endpoint:
        store = open_store("s3://bucket", S3Settings(endpoint))
        listed = Listed("data/m/t.csv", "e", N_BLOCKS * len(BLOCK), datetime.now(UTC))
        table = StoredTable(store, listed)
        assert read_header(table).names == ("x", "y")
        assert let_go.wait(DEADLINE_S)
