"""The protocol's messages, made from `inference.proto`.

They live in a pool of their own: in the one that a process shares, a client's generated `inference.*` would clash with
them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

from lr_core.grpc.schema import read

__all__ = [
    "POOL",
    "SERVICE",
    "ModelInferRequest",
    "ModelInferResponse",
    "ModelMetadataRequest",
    "ModelMetadataResponse",
    "ModelReadyRequest",
    "ModelReadyResponse",
    "ModelStreamInferResponse",
    "ServerLiveRequest",
    "ServerLiveResponse",
    "ServerMetadataRequest",
    "ServerMetadataResponse",
    "ServerReadyRequest",
    "ServerReadyResponse",
    "path",
]

SOURCE = Path(__file__).with_name("inference.proto")
PACKAGE = "inference"
SERVICE = f"{PACKAGE}.GRPCInferenceService"

POOL = DescriptorPool()
POOL.AddSerializedFile(read(SOURCE.name, SOURCE.read_text("utf-8")).SerializeToString())


def message(name: str) -> Any:
    """Return the class of a message."""
    return GetMessageClass(POOL.FindMessageTypeByName(f"{PACKAGE}.{name}"))


def path(method: str) -> str:
    """Return the path of a method, as HTTP/2 has it."""
    return f"/{SERVICE}/{method}"


ModelInferRequest, ModelInferResponse = message("ModelInferRequest"), message("ModelInferResponse")
ModelMetadataRequest, ModelMetadataResponse = message("ModelMetadataRequest"), message("ModelMetadataResponse")
ModelReadyRequest, ModelReadyResponse = message("ModelReadyRequest"), message("ModelReadyResponse")
ModelStreamInferResponse = message("ModelStreamInferResponse")
ServerLiveRequest, ServerLiveResponse = message("ServerLiveRequest"), message("ServerLiveResponse")
ServerMetadataRequest, ServerMetadataResponse = message("ServerMetadataRequest"), message("ServerMetadataResponse")
ServerReadyRequest, ServerReadyResponse = message("ServerReadyRequest"), message("ServerReadyResponse")
