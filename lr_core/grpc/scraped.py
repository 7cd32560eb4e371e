"""The port of the metrics: what answers it is loaded by who asks first, and runs in a thread beside the server."""

from __future__ import annotations

import socket
from select import select
from threading import Thread

__all__ = ["open_port"]


def open_port(host: str, port: int) -> None:
    """Answer metrics on a port for as long as the process lives, as the second port of HTTP's server does.

    Raises
    ------
    OSError
        The port cannot be listened on.
    """
    Thread(target=answer, args=(socket.create_server((host, port)),), daemon=True).start()


def answer(listener: socket.socket) -> None:
    """Wait for the first who asks, and answer from then on."""
    select([listener], [], [])
    from lr_core.http.asgi import Door  # noqa: PLC0415  -- nobody waits for all of this but who collects metrics
    from lr_core.http.routed import Routed  # noqa: PLC0415
    from lr_core.http.server import serve  # noqa: PLC0415

    serve(Door(Routed({}, dict), 0), listener)
