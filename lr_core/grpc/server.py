"""The server: one process, one event loop, one port, HTTP/2 without TLS."""

from __future__ import annotations

import asyncio
import gc
from signal import SIGINT, SIGTERM
from typing import TYPE_CHECKING, Any

from grpc import aio
from grpc_health.v1.health_pb2_grpc import add_HealthServicer_to_server

from lr_core.grpc.door import Door
from lr_core.grpc.guard import interceptors
from lr_core.grpc.health import Health
from lr_core.grpc.observed import Observed
from lr_core.grpc.reflection import handlers
from lr_core.serving import Models
from lr_core.telemetry.metrics import watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from lr_core.settings import Settings
    from lr_core.store import Store

__all__ = ["serve"]

GRACE_S = 30.0
"""How long running calls may take to end once the server is told to."""


def serve(store: Store, settings: Settings, address: str, started: Callable[[int], None]) -> None:
    """Serve until SIGTERM or SIGINT, then let running calls end.

    Parameters
    ----------
    address
        Host and port; port 0 takes any that is free.
    started
        Told the port, when calls are taken.

    Raises
    ------
    OSError
        The address cannot be listened on.
    SettingsError
        What they say of callers cannot be used.
    """
    gc.freeze()  # what is imported stays
    before = (Observed(), *interceptors(settings))
    models = Models(store, settings)
    watch(models)
    models.connect()
    asyncio.run(run(Door(models), before, settings.max_body_bytes, address, started))


async def run(
    door: Door, before: tuple[Any, ...], max_message_bytes: int, address: str, started: Callable[[int], None]
) -> None:
    """Serve within an event loop."""
    server, health = aio.server(interceptors=before, options=options(max_message_bytes)), Health()
    add_HealthServicer_to_server(health, server)
    server.add_generic_rpc_handlers((door.handler(), *handlers()))
    port = listening(server, address)
    await server.start()
    started(port)
    await told_to_end()
    health.close()
    await server.stop(GRACE_S)


def options(max_message_bytes: int) -> list[tuple[str, int]]:
    """Return gRPC's settings: a longer message is RESOURCE_EXHAUSTED; a port that somebody has is not shared."""
    return [("grpc.max_receive_message_length", max_message_bytes), ("grpc.so_reuseport", 0)]


def listening(server: Any, address: str) -> int:
    """Bind the server to an address, and return the port."""
    try:
        return int(server.add_insecure_port(address))
    except RuntimeError as error:
        raise OSError(f"cannot listen on {address}: is the port taken?") from error


async def told_to_end() -> None:
    """Wait for the first signal; the second one is Python's again."""
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    for signal in (SIGTERM, SIGINT):
        loop.add_signal_handler(signal, told.set)
    await told.wait()
    for signal in (SIGTERM, SIGINT):
        loop.remove_signal_handler(signal)
