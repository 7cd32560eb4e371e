"""A gateway that speaks TLS before a server that does not."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.certificates import Certificate

__all__ = ["terminating"]

CHUNK_BYTES = 1 << 16


@contextmanager
def terminating(certificate: Certificate, target: str) -> Iterator[str]:
    """Hand on to a host and port what comes by TLS, for as long as the context lasts; give host and port."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(started(certificate, target), loop).result()
    try:
        host, port = server.sockets[0].getsockname()
        yield f"{host}:{port}"
    finally:
        server.close()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def started(certificate: Certificate, target: str) -> asyncio.Server:
    """Start to take connections, of HTTP/2 where the client knows it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain, certificate.key)
    context.set_alpn_protocols(["h2", "http/1.1"])
    host, _, port = target.rpartition(":")

    async def joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await asyncio.open_connection(host, int(port))
        await asyncio.gather(piped(reader, behind_writer), piped(behind_reader, writer))

    return await asyncio.start_server(joined, "127.0.0.1", 0, ssl=context)


async def piped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hand on what comes until one side has gone."""
    with suppress(OSError):
        while piece := await reader.read(CHUNK_BYTES):
            writer.write(piece)
            await writer.drain()
    writer.close()
