"""gRPC's reflection service: what the services and their messages are, for clients such as grpcurl.

Its release v1 and the older v1alpha differ in their names alone, so one answers both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf import text_format
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.reflection import aio

from lr_core.grpc.messages import POOL, SERVICE
from lr_core.grpc.status import status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from lr_core.grpc.guard import Guard

__all__ = ["handlers"]

ALPHA, FIRST = "v1alpha", "v1"
REFLECTION = "grpc.reflection.{}.ServerReflection"
SERVICES = (SERVICE, "grpc.health.v1.Health", REFLECTION.format(ALPHA), REFLECTION.format(FIRST))


class Reflection(aio.ReflectionServicer):  # type: ignore[misc]
    """Answers who may call."""

    def __init__(self, guard: Guard) -> None:
        super().__init__(SERVICES, POOL)
        self._guard = guard

    async def ServerReflectionInfo(self, requests: Any, context: Any) -> AsyncIterator[Any]:  # noqa: N802  -- its name
        """Describe what is asked for, request by request."""
        try:
            await self._guard.admit("ServerReflectionInfo", context)
        except Exception as error:
            await context.abort(*status(error))
            raise
        async for answer in super().ServerReflectionInfo(requests, context):
            yield answer


def handlers(guard: Guard) -> tuple[Any, ...]:
    """Return what a server calls for both releases of the service."""
    alpha = FileDescriptorProto.FromString(reflection_pb2.DESCRIPTOR.serialized_pb)
    first = text_format.Parse(text_format.MessageToString(alpha).replace(ALPHA, FIRST), FileDescriptorProto())
    for file in (health_pb2.DESCRIPTOR.serialized_pb, alpha.SerializeToString(), first.SerializeToString()):
        POOL.AddSerializedFile(file)
    info = grpc.stream_stream_rpc_method_handler(
        Reflection(guard).ServerReflectionInfo,
        reflection_pb2.ServerReflectionRequest.FromString,
        reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    names = (REFLECTION.format(release) for release in (ALPHA, FIRST))
    return tuple(grpc.method_handlers_generic_handler(name, {"ServerReflectionInfo": info}) for name in names)
