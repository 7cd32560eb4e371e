"""Bodies of inference requests, as clients of the protocol write them."""

from __future__ import annotations

import json
from struct import pack
from typing import TYPE_CHECKING, Any

from lr_core.protocols.v2.datatypes import DATATYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["HEADER_LENGTH", "in_binary", "in_json", "tensor"]

HEADER_LENGTH = "inference-header-content-length"


def tensor(data: Any, *shape: int, name: str = "X", datatype: str = "FP64", **more: Any) -> dict[str, Any]:
    """Return an input tensor as JSON."""
    return {"name": name, "shape": shape, "datatype": datatype, "data": data, **more}


def in_json(*inputs: dict[str, Any], **more: Any) -> bytes:
    """Return a body that is JSON."""
    return json.dumps({"inputs": inputs, **more}).encode()


def in_binary(*inputs: dict[str, Any], **more: Any) -> tuple[bytes, str]:
    """Return a body whose tensors stand behind the JSON, and the header that parts them."""
    packed = [elements(each["datatype"], each["data"]) for each in inputs]
    described = [
        {**each, "data": None, "parameters": {"binary_data_size": len(data)}}
        for each, data in zip(inputs, packed, strict=True)
    ]
    text = in_json(*described, **more)
    return text + b"".join(packed), str(len(text))


def elements(datatype: str, values: Sequence[float]) -> bytes:
    """Return a flat list of elements as little-endian bytes."""
    return pack(f"<{len(values)}{DATATYPES[datatype].code}", *values)
