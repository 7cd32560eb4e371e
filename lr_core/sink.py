"""The sink: where events are posted.

`K_SINK` is what Knative calls the variable (specs/eventing/sources.md).
"""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lr_core.errors import SinkError, SinkRefused, SinkUnavailable
from lr_core.telemetry.activity import onward_headers
from lr_core.telemetry.metrics import SINK_REQUESTS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Sink"]

TIMEOUT_S = 30.0
"""MinIO waits a minute for the answer to a notification, and a function that is the sink may have to wake first."""

MULTIPLE_CHOICES, SERVER_ERROR = 300, 500
RETRIED = frozenset({404, 408, 409, 429})
"""The client errors after which Knative sends an event again (eventing, pkg/kncloudevents/retries.go)."""

TAKEN, LATER, REFUSED = ("taken",), ("later",), ("refused",)


class Sink:
    """A URL that takes events.

    Parameters
    ----------
    timeout_s
        Seconds to wait for a connection, and between bytes of an answer.
    """

    def __init__(self, url: str, timeout_s: float = TIMEOUT_S) -> None:
        self.url = url
        self._parts = urlsplit(url)
        self._timeout_s = timeout_s

    def send(self, headers: Mapping[str, str], body: bytes) -> None:
        """Post an event and wait until it was taken, in the trace of what is being done.

        Raises
        ------
        SinkUnavailable
            It may be taken later.
        SinkRefused
            It will not.
        """
        began_s, result = perf_counter(), TAKEN
        try:
            self._send({**onward_headers(), **headers}, body)
        except SinkError as error:
            result = LATER if isinstance(error, SinkUnavailable) else REFUSED
            raise
        finally:
            SINK_REQUESTS.observe(perf_counter() - began_s, result)

    def _send(self, headers: Mapping[str, str], body: bytes) -> None:
        status = self._post(headers, body)
        if status in RETRIED or status >= SERVER_ERROR:
            raise SinkUnavailable(f"{self.url} answered {status}")
        if status >= MULTIPLE_CHOICES:
            raise SinkRefused(f"{self.url} answered {status}")

    def _post(self, headers: Mapping[str, str], body: bytes) -> int:
        kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        path = (self._parts.path or "/") + (f"?{self._parts.query}" if self._parts.query else "")
        try:
            connection = kind(self._parts.netloc, timeout=self._timeout_s)
            try:
                connection.request("POST", path, body, dict(headers))
                return connection.getresponse().status
            finally:
                connection.close()
        except (OSError, HTTPException) as error:
            raise SinkUnavailable(f"no answer from {self.url}: {error}") from error
