"""Bytes on a connection, as no client of good will sends them."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

__all__ = ["TIMEOUT_S", "connected", "head", "received", "refused"]

TIMEOUT_S = 60


def connected(client: httpx.Client) -> socket.socket:
    """Return a connection to where a client asks."""
    address = (client.base_url.host, client.base_url.port or 80)
    connection = socket.create_connection(address, timeout=TIMEOUT_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def head(first: str = "POST /stream HTTP/1.1", *fields: str) -> bytes:
    """Return the head of a request, without its last line."""
    return "\r\n".join([first, "host: predict", "content-type: application/json", *fields, ""]).encode()


def received(connection: socket.socket) -> bytes:
    """Return all that comes until the other side closes."""
    pieces: list[bytes] = []
    with suppress(ConnectionResetError):
        while piece := connection.recv(1 << 16):
            pieces.append(piece)
    return b"".join(pieces)


def refused(client: httpx.Client, *pieces: bytes) -> bytes:
    """Send bytes, as far as they are taken, and return what is answered until the other side closes."""
    with connected(client) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            for piece in pieces:
                connection.sendall(piece)
        return received(connection)
