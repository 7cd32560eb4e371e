"""A bucket with a key that the store's library cannot read: a fault that a person has to mend, and says so."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from lr_core.errors import InvalidInput
from lr_core.life.clock import models
from lr_core.settings import S3Settings
from lr_core.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lr_core.store import Store

LISTED = """<?xml version="1.0"?><ListBucketResult><Name>b</Name><KeyCount>1</KeyCount><IsTruncated>false</IsTruncated>
{}</ListBucketResult>"""
OBJECT = """<Contents><Key>data/m/a&#9;b.csv</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>"e"</ETag>
<Size>1</Size></Contents>"""
FOLDERS = {"data/": "data//", "models/": "models/m/"}


class Handler(BaseHTTPRequestHandler):
    """Answers listings: an object whose key has a tab, a folder without a name, and a model."""

    def do_GET(self) -> None:
        prefix = next((each for each in FOLDERS if f"prefix={each.replace('/', '%2F')}&" in f"{self.path}&"), "")
        found = f"<CommonPrefixes><Prefix>{FOLDERS[prefix]}</Prefix></CommonPrefixes>" if prefix else OBJECT
        body = LISTED.format(found).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None: ...


@pytest.fixture
def store() -> Iterator[Store]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield open_store("s3://bucket", S3Settings(f"http://127.0.0.1:{server.server_port}"))
        finally:
            server.shutdown()
            thread.join()


def test_a_key_that_cannot_be_read_is_an_input_to_mend_and_not_a_store_that_is_down(store: Store) -> None:
    with pytest.raises(InvalidInput, match="holds a key that cannot be read; rename it"):
        list(store.list_objects("data/m/"))


def test_models_that_were_trained_are_looked_after_beside_a_folder_that_cannot_be_read(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    assert models(store) == ["m"]
    assert "rename it" in caplog.text
