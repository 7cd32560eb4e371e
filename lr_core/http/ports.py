"""A second port for who collects metrics: not the Service's, so nobody outside of the network of pods gets there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lr_core.http.asgi import Door
from lr_core.http.routed import Routed

if TYPE_CHECKING:
    from lr_core.http.asgi import Server

__all__ = ["Ports", "with_metrics"]


class Ports:
    """An ASGI application that answers metrics on one port, and what another application does on the others.

    Parameters
    ----------
    door
        The other application.
    port
        Where metrics are; it is opened by who serves this.
    """

    def __init__(self, door: Door, port: int, metrics: Door) -> None:
        self.metrics_port = port
        self._door, self._metrics = door, metrics

    def start(self) -> None:
        """Begin what is to be ready for the first request."""
        self._door.start()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer a request, as ASGI has it."""
        await self.at(scope["server"])(scope, receive, send)

    def at(self, server: Server | None) -> Door:
        """Return what answers at an address of the server."""
        return self._metrics if server is not None and server[1] == self.metrics_port else self._door


def with_metrics(door: Door, port: int | None) -> Door | Ports:
    """Return an application that answers metrics on a port of their own; without a port, as it is."""
    if port is None:
        return door
    return Ports(door, port, Door(Routed({}, dict), 0))
