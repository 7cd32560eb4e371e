"""Requests as clients make them, and the way to ask the methods in one process."""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING, Any

from lr_core.errors import ModelNotFound
from lr_core.grpc import messages
from lr_core.grpc.answers import METHODS
from lr_core.protocols.v2.datatypes import DATATYPES
from lr_core.serving import Served
from tests.unit.protocols.inference import ONE, TWO

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["find", "infer", "raw", "request"]

MODELS = {"one": ONE, "two": TWO}


def find(model: str, version: str | None = None) -> Served:
    """Find one of the models that tests of REST infer with, whatever the version."""
    if model not in MODELS:
        raise ModelNotFound(f"there is no model {model!r}")
    document = MODELS[model]
    return Served(1 if version is None else None, document, document.to_model())


def request(*inputs: dict[str, Any], **more: Any) -> Any:
    """Return a request to the model of two features, or to another."""
    return messages.ModelInferRequest(**({"model_name": "two", "inputs": inputs} | more))


def raw(values: Sequence[float], *shape: int, name: str = "X", datatype: str = "FP64") -> tuple[dict[str, Any], bytes]:
    """Return an input without elements, and its elements."""
    return {"name": name, "shape": shape, "datatype": datatype}, pack(
        f"<{len(values)}{DATATYPES[datatype].code}", *values
    )


def infer(asked: Any) -> Any:
    """Return the answer to a request."""
    return messages.ModelInferResponse.FromString(METHODS["ModelInfer"](asked.SerializeToString(), find).body)
