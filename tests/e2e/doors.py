"""Ways from this machine to Services of the cluster, by `kubectl port-forward`."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["door", "way_in", "way_in_by_tls"]

PAUSE_S = 0.5


def forward(namespace: str, service: str, ports: str) -> subprocess.Popen[str]:
    """Start to forward a port."""
    command = ["kubectl", "-n", namespace, "port-forward", f"service/{service}", ports]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


@contextmanager
def door(namespace: str, service: str, port: int, scheme: str = "http") -> Iterator[str]:
    """Open a way to a Service for as long as the context lasts, and give its URL on this machine.

    kubectl ends when the pod does, or when a connection to it breaks; then it is started again on the same port.
    """
    first = forward(namespace, service, f":{port}")
    assert first.stdout is not None
    line = first.stdout.readline()  # "Forwarding from 127.0.0.1:40123 -> 9000"
    assert line.startswith("Forwarding from "), f"kubectl port-forward to {namespace}/{service} did not begin"
    address = line.split()[2]
    closing = Event()
    present = [first]

    def keep_open() -> None:
        while True:
            present[0].communicate()  # it says a line for each connection, and waits where nobody reads
            if closing.wait(PAUSE_S):
                return
            present[0] = forward(namespace, service, f"{address.rpartition(':')[2]}:{port}")

    keeper = Thread(target=keep_open)
    keeper.start()
    try:
        yield f"{scheme}://{address}"
    finally:
        closing.set()
        while keeper.is_alive():
            present[0].terminate()
            keeper.join(PAUSE_S)


@contextmanager
def way_in() -> Iterator[str]:
    """Give Kourier's URL on this machine, for as long as the context lasts.

    `KNATIVE_GATEWAY` may name it; otherwise a port is forwarded, which costs each request some time.
    """
    if address := os.environ.get("KNATIVE_GATEWAY"):
        yield address
        return
    with door("kourier-system", "kourier", 80) as address:
        yield address


@contextmanager
def way_in_by_tls() -> Iterator[str]:
    """Give the URL on this machine at which Kourier speaks TLS; `KNATIVE_GATEWAY_TLS` may name it."""
    if address := os.environ.get("KNATIVE_GATEWAY_TLS"):
        yield address
        return
    with door("kourier-system", "kourier", 443, "https") as address:
        yield address
