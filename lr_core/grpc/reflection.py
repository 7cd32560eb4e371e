"""gRPC's reflection service: what the services and their messages are, for clients such as grpcurl.

Its release v1 and the older v1alpha differ in their names alone, so one answers both.
"""

from __future__ import annotations

from typing import Any

import grpc
from google.protobuf import text_format
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.reflection import aio

from lr_core.grpc.messages import POOL, SERVICE

__all__ = ["handlers"]

ALPHA, FIRST = "v1alpha", "v1"
REFLECTION = "grpc.reflection.{}.ServerReflection"
SERVICES = (SERVICE, "grpc.health.v1.Health", REFLECTION.format(ALPHA), REFLECTION.format(FIRST))


def handlers() -> tuple[Any, ...]:
    """Return what a server calls for both releases of the service."""
    alpha = FileDescriptorProto.FromString(reflection_pb2.DESCRIPTOR.serialized_pb)
    first = text_format.Parse(text_format.MessageToString(alpha).replace(ALPHA, FIRST), FileDescriptorProto())
    for file in (health_pb2.DESCRIPTOR.serialized_pb, alpha.SerializeToString(), first.SerializeToString()):
        POOL.AddSerializedFile(file)
    info = grpc.stream_stream_rpc_method_handler(
        aio.ReflectionServicer(SERVICES, POOL).ServerReflectionInfo,
        reflection_pb2.ServerReflectionRequest.FromString,
        reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    names = (REFLECTION.format(release) for release in (ALPHA, FIRST))
    return tuple(grpc.method_handlers_generic_handler(name, {"ServerReflectionInfo": info}) for name in names)
