"""gRPC's health service (grpc.health.v1): what probes and balancers ask, answered from memory."""

from __future__ import annotations

from asyncio import Event
from typing import TYPE_CHECKING, Any

from grpc import StatusCode
from grpc_health.v1.health_pb2 import HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthServicer

from lr_core.grpc.messages import SERVICE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

__all__ = ["Health"]

KNOWN = ("", SERVICE)


class Health(HealthServicer):  # type: ignore[misc]
    """Says SERVING until `close`, and NOT_SERVING from then on.

    The library's own would keep who watches until the server's time to end is over; here a watch ends with its last
    word.
    """

    def __init__(self) -> None:
        self._closing = Event()

    def close(self) -> None:
        """Serve no more."""
        self._closing.set()

    async def Check(self, request: Any, context: Any) -> Any:  # noqa: N802  -- the method's name
        """Answer for the server or one of its services."""
        if request.service not in KNOWN:
            await context.abort(StatusCode.NOT_FOUND, f"expected the service {SERVICE}, or none")
        return HealthCheckResponse(status=self._status())

    async def Watch(self, request: Any, _context: Any) -> AsyncIterator[Any]:  # noqa: N802  -- likewise
        """Answer now, and when it changes."""
        if request.service not in KNOWN:
            yield HealthCheckResponse(status=HealthCheckResponse.SERVICE_UNKNOWN)
            await self._closing.wait()
            return
        if not self._closing.is_set():
            yield HealthCheckResponse(status=self._status())
        await self._closing.wait()
        yield HealthCheckResponse(status=self._status())

    def _status(self) -> Any:
        return HealthCheckResponse.NOT_SERVING if self._closing.is_set() else HealthCheckResponse.SERVING
