"""A page in a real browser, of another origin than the models it asks."""

from __future__ import annotations

import re
import shutil
import subprocess
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from tests.contract.conftest import ROOT, running
from tests.pages import assert_as_said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PAGE = "fetch.html"
WAIT_MS = 30_000
"""The most of its own time that a page gets until its requests are done; it stands still while one is under way."""
DOCUMENTED = (ROOT / "docs" / "clients.md").read_text()


class Quiet(SimpleHTTPRequestHandler):
    """Serve files, and say nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  -- its name in the base class
        """Say nothing."""


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """Serve the examples' folder, and return its origin."""
    folder = ROOT / "examples" / "clients"
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@contextmanager
def allowing(origins: str, store: str) -> Iterator[str]:
    """Serve a store to pages of some origins, and return the URL."""
    with running("serve", "predict", store, LR_CORS_ORIGINS=origins) as client:
        yield str(client.base_url).rstrip("/")


def shown(page: str, folder: Path) -> str:
    """Return the output of a page as a browser shows it once its requests are done."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.fail(f"expected a browser, one of {', '.join(BROWSERS)}; Debian's is `apt-get install {BROWSERS[0]}`")
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-proxy-server")
    command = [browser, *options, f"--user-data-dir={folder}", f"--virtual-time-budget={WAIT_MS}", "--dump-dom", page]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    found = re.search(r"<output>(.*?)</output>", ended.stdout, re.DOTALL)
    assert found, ended.stdout + ended.stderr
    return found[1]


def test_a_page_of_an_allowed_origin_predicts_and_reads_the_version(origin: str, diabetes: str, tmp_path: Path) -> None:
    (expected,) = re.findall(r"^Predictions (.*)$", DOCUMENTED, re.MULTILINE)
    for origins in (f"https://pages.example,{origin}", "*"):
        with allowing(origins, diabetes) as url:
            assert_as_said(shown(f"{origin}/{PAGE}?url={url}", tmp_path), expected, origins)


def test_the_browser_keeps_predictions_from_a_page_of_another_origin(
    origin: str, diabetes: str, tmp_path: Path
) -> None:
    with allowing("https://pages.example", diabetes) as url:
        assert shown(f"{origin}/{PAGE}?url={url}", tmp_path) == "failed: Failed to fetch"
