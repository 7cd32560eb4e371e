"""A Knative Service, the way to it, and what is asked of it."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from tests.e2e.cluster import get, pods, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Service", "named", "until_at_zero"]

WAKE_S = 90.0
# Knative's window and its grace, queue-proxy's drain of 30 s, and room for a busy machine.
TO_ZERO_S = 300.0


@dataclass(frozen=True, slots=True)
class Service:
    """A Service behind a gateway, and the POST that measures it.

    Attributes
    ----------
    name, host, gateway
        Its name, the one that the gateway knows it by, and the gateway's URL from here.
    path, body
        The request, which 200 answers.
    """

    name: str
    host: str
    gateway: str
    path: str
    body: bytes

    @contextmanager
    def connected(self) -> Iterator[Callable[[], httpx.Response]]:
        """Give what sends the request and returns the whole answer, on one connection."""
        headers = {"Host": self.host, "Content-Type": "application/json", "Server-Timing": "?1", **key()}
        with httpx.Client(base_url=self.gateway, headers=headers, timeout=WAKE_S) as client:

            def ask() -> httpx.Response:
                response = client.post(self.path, content=self.body, extensions={"sni_hostname": self.host})
                if response.status_code != 200:
                    sys.exit(f"error: {self.name} answers {response.status_code}: {response.text}")
                return response

            yield ask


def key() -> dict[str, str]:
    """Return the header of a caller that has the key in LR_KEY; none without."""
    return {"X-API-Key": os.environ["LR_KEY"]} if os.environ.get("LR_KEY") else {}


def named(name: str, address: str, path: str, body: bytes) -> Service:
    """Find a Service by its name in the functions' namespace."""
    url: str = get("ksvc", name)["status"]["url"]
    return Service(name, urlsplit(url).netloc, address, path, body)


def until_at_zero(*names: str) -> None:
    """Wait until some Services have no pod, not even one that ends."""
    until(lambda: not any(pods(name) for name in names), f"{', '.join(names)} have no pod", TO_ZERO_S)
