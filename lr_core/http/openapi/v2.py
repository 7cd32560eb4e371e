"""The routes of the Open Inference Protocol V2 as operations of an OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.http.openapi.parts import (
    MODEL,
    NAME,
    NAMED,
    OF_VERSION,
    RETRY_AFTER,
    VERSION,
    body,
    content,
    record,
    responses,
)
from lr_core.protocols.v2.datatypes import DATATYPES

if TYPE_CHECKING:
    from lr_core.http.openapi.parts import Json

__all__ = ["V2_PATHS"]

ERROR = record({"error": {"type": "string", "description": "All that is wrong, each with its JSON Pointer."}})
FAULTS = {
    400: "The body cannot be read, or cannot be accepted.",
    404: "There is no such model.",
    410: "A table that the version was learned from was forgotten.",
    413: "The body is too large.",
    415: "The body is neither JSON nor binary data, or has a content coding.",
    503: "The store did not answer.",
}
LENGTH: Json = {"type": "integer", "minimum": 0}
HEADER_LENGTH: Json = {
    "name": "Inference-Header-Content-Length",
    "in": "header",
    "description": "Bytes of JSON at the beginning of the body, where binary data follow.",
    "schema": LENGTH,
}
DATATYPE: Json = {"enum": list(DATATYPES)}
SHAPE: Json = {"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 1, "maxItems": 2}
ELEMENT: Json = {"type": ["number", "boolean"]}
DATA: Json = {"type": ["array", "null"], "items": {"oneOf": [ELEMENT, {"type": "array", "items": ELEMENT}]}}


def perhaps(kind: str) -> Json:
    """Return the schema of a member that may be null."""
    return {"type": [kind, "null"]}


def parameters(**members: Json) -> Json:
    """Return the schema of parameters; more of them are passed over."""
    return {"type": ["object", "null"], "properties": members}


INPUT = record(
    {
        "name": {"type": "string"},
        "shape": SHAPE,
        "datatype": DATATYPE,
        "parameters": parameters(binary_data_size=perhaps("integer")),
        "data": DATA,
    },
    ["name", "shape", "datatype"],
)
OUTPUT = record({"name": {"const": "predict"}, "parameters": parameters(binary_data=perhaps("boolean"))}, ["name"])
REQUEST = record(
    {
        "id": perhaps("string"),
        "parameters": parameters(binary_data_output=perhaps("boolean")),
        "inputs": {"type": "array", "items": INPUT, "minItems": 1},
        "outputs": {"type": ["array", "null"], "items": OUTPUT},
    },
    ["inputs"],
)
EXAMPLE: Json = {"inputs": [{"name": "X", "shape": [2, 1], "datatype": "FP64", "data": [0.5, 0.1]}]}
PREDICTIONS = record(
    {
        "name": {"const": "predict"},
        "datatype": {"const": "FP64"},
        "shape": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 1},
        "data": {"type": "array", "items": {"type": "number"}},
        "parameters": record({"binary_data_size": {"type": "integer"}}),
    },
    ["name", "datatype", "shape"],
)
RESPONSE = record(
    {
        "model_name": NAME,
        "model_version": VERSION,
        "id": {"type": "string"},
        "outputs": {"type": "array", "items": PREDICTIONS},
    },
    ["model_name", "model_version", "outputs"],
)
TENSOR = record(
    {
        "name": {"type": "string"},
        "datatype": DATATYPE,
        "shape": {"type": "array", "items": {"type": "integer", "minimum": -1}},
        "parameters": {"type": "object"},
    },
    ["name", "datatype", "shape"],
)
METADATA = record(
    {
        "name": NAME,
        "versions": {"type": "array", "items": VERSION},
        "platform": {"type": "string"},
        "inputs": {"type": "array", "items": TENSOR},
        "outputs": {"type": "array", "items": TENSOR},
    }
)
SERVER = record(
    {
        "name": {"const": "lr-sgd"},
        "version": {"type": "string"},
        "extensions": {"type": "array", "items": {"type": "string"}},
    }
)
BINARY: Json = {"application/octet-stream": {"schema": {}}}


def faults(*statuses: int) -> Json:
    """Return the responses that are this protocol's errors, by their status."""
    answers: Json = {str(each): {"description": FAULTS[each], "content": content(ERROR)} for each in statuses}
    if "503" in answers:
        answers["503"]["headers"] = {"Retry-After": RETRY_AFTER}
    return answers


def about_server(operation: str, summary: str, schema: Json) -> Json:
    """Return an operation that asks about the server."""
    answer = responses(schema, "What it says.", headers={})
    return {"get": {"operationId": operation, "summary": summary, "responses": answer}}


def about_model(operation: str, summary: str, schema: Json, place: list[Json]) -> Json:
    """Return an operation that asks about a model, or a version of it."""
    answer = responses(schema, "What it says.", headers=NAMED) | faults(404, *gone(place), 503)
    return {"get": {"operationId": operation, "summary": summary, "parameters": place, "responses": answer}}


def inference(operation: str, place: list[Json]) -> Json:
    """Return the operation that predicts."""
    length = {"Inference-Header-Content-Length": {"description": HEADER_LENGTH["description"], "schema": LENGTH}}
    answer = responses(RESPONSE, "Predictions.", headers=NAMED | length)
    answer["200"]["content"] |= BINARY
    request = body(REQUEST, EXAMPLE)
    request["content"] |= BINARY
    return {
        "post": {
            "operationId": operation,
            "summary": "Predict from one matrix, or one tensor a feature, in JSON or in binary data behind it.",
            "parameters": [*place, HEADER_LENGTH],
            "requestBody": request,
            "responses": answer | faults(400, 404, *gone(place), 413, 415, 503),
        }
    }


def gone(place: list[Json]) -> tuple[int, ...]:
    """Return what only a version can be: forgotten."""
    return (410,) if OF_VERSION in place else ()


def of_model(path: str, prefix: str, *place: Json) -> Json:
    """Return the three routes of a model, or of a version of it."""
    where = list(place)
    ready = record({"name": NAME, "ready": {"const": True}})
    return {
        path: about_model(f"{prefix}_metadata", "Describe what it takes and gives.", METADATA, where),
        f"{path}/ready": about_model(f"{prefix}_ready", "Tell whether it can predict.", ready, where),
        f"{path}/infer": inference(f"{prefix}_infer", where),
    }


V2_PATHS: Json = {
    "/v2": about_server("v2_server", "Name the server and the extensions that it knows.", SERVER),
    "/v2/health/live": about_server("v2_live", "Tell whether it lives.", record({"live": {"const": True}})),
    "/v2/health/ready": about_server("v2_is_ready", "Tell whether it can answer.", record({"ready": {"const": True}})),
    **of_model("/v2/models/{model}", "v2_model", MODEL),
    **of_model("/v2/models/{model}/versions/{version}", "v2_version", MODEL, OF_VERSION),
}
