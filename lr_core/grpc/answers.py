"""The methods of the service: the bytes of a request in, those of an answer out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google.protobuf.message import DecodeError
from grpc import StatusCode

from lr_core import __version__
from lr_core.errors import MalformedRequest, ModelForgotten, ModelNotFound
from lr_core.grpc import messages
from lr_core.grpc.observed import predicted
from lr_core.grpc.status import status
from lr_core.grpc.tensors import asked, response
from lr_core.http.large import turn
from lr_core.protocols.v2.infer import predict
from lr_core.protocols.v2.metadata import EXTENSIONS, metadata
from lr_core.serving import NotInMemory
from lr_core.telemetry.activity import CURRENT
from lr_core.telemetry.metrics import GRPC_MESSAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lr_core.http.served import Find
    from lr_core.serving import Served

    Method = Callable[[bytes, Find], "Answer"]

__all__ = ["METHODS", "Answer", "streamed"]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer.

    Attributes
    ----------
    version
        Of the model that it was made with; None where it was made with none.
    """

    body: bytes
    version: str | None = None


def parsed(kind: Any, data: bytes) -> Any:
    """Return the message that bytes are.

    Raises
    ------
    MalformedRequest
        They are none.
    """
    try:
        return kind.FromString(data)
    except DecodeError as error:
        raise MalformedRequest(f"expected a {kind.DESCRIPTOR.full_name}, found bytes that are none") from error


def found(name: str, version: str, find: Find) -> Served:
    """Find a model; an empty version means what its alias names."""
    served = find(name, version or None)
    if (activity := CURRENT.get()) is not None:
        activity.model = name
    return served


def live(_data: bytes, _find: Find) -> Answer:
    """Say that the server lives."""
    return Answer(messages.ServerLiveResponse(live=True).SerializeToString())


def ready(_data: bytes, _find: Find) -> Answer:
    """Say that the server may be asked; from memory, for a store that is down takes no warm server with it."""
    return Answer(messages.ServerReadyResponse(ready=True).SerializeToString())


def described(_data: bytes, _find: Find) -> Answer:
    """Say what the server is."""
    answer = messages.ServerMetadataResponse(name="lr-sgd", version=__version__, extensions=EXTENSIONS)
    return Answer(answer.SerializeToString())


def model_ready(data: bytes, find: Find) -> Answer:
    """Say whether a model is there; one that is not is no error, as Triton has it."""
    request = parsed(messages.ModelReadyRequest, data)
    try:
        served = found(request.name, request.version, find)
    except (ModelNotFound, ModelForgotten):
        return Answer(messages.ModelReadyResponse(ready=False).SerializeToString())
    return Answer(messages.ModelReadyResponse(ready=True).SerializeToString(), served.document.version)


def model_described(data: bytes, find: Find) -> Answer:
    """Say what a model takes and gives."""
    request = parsed(messages.ModelMetadataRequest, data)
    served = found(request.name, request.version, find)
    described = metadata(served.document)
    for tensor in described["inputs"]:
        tensor["parameters"] = {
            name: {"string_param": json.dumps(value)} for name, value in tensor["parameters"].items()
        }
    return Answer(messages.ModelMetadataResponse(**described).SerializeToString(), served.document.version)


def inferred(data: bytes, find: Find) -> Answer:
    """Answer with predictions."""
    request = parsed(messages.ModelInferRequest, data)
    answer = infer(request, len(data), find)
    return Answer(answer.SerializeToString(), answer.model_version)


def streamed(data: bytes, find: Find) -> Answer:
    """Answer one message of a stream; what is wrong with it is said in its answer, and the stream goes on."""
    request, answer = messages.ModelInferRequest(), messages.ModelStreamInferResponse()
    code = StatusCode.OK
    try:
        request = parsed(messages.ModelInferRequest, data)
        answer.infer_response.CopyFrom(infer(request, len(data), find))
    except NotInMemory:
        raise
    except Exception as error:  # noqa: BLE001  -- whatever it is, the stream's other messages are answered
        code, answer.error_message = status(error)
        answer.infer_response.id = request.id
    GRPC_MESSAGES.add((code.name,))
    return Answer(answer.SerializeToString())


def infer(request: Any, n_bytes: int, find: Find) -> Any:
    """Return the `ModelInferResponse` to a request, which came as so many bytes.

    Raises
    ------
    InvalidInput
        With all faults of the request.
    """
    served = found(request.model_name, request.model_version, find)
    with turn(n_bytes, served.redaction):
        made = predict(served.model, asked(request))
        answer = response(served.document, request, made.values, made.arithmetic)
    predicted(request.model_name, len(made.values))
    return answer


METHODS: Mapping[str, Method] = {
    "ServerLive": live,
    "ServerReady": ready,
    "ServerMetadata": described,
    "ModelReady": model_ready,
    "ModelMetadata": model_described,
    "ModelInfer": inferred,
}
"""All methods that answer once."""
