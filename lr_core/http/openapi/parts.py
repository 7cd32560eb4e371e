"""The parts that OpenAPI 3.1 documents are made of."""

from __future__ import annotations

from typing import Any

from lr_core import __version__
from lr_core.names import NAME_PATTERN

__all__ = [
    "COLUMN",
    "EVALUATION",
    "HEALTH",
    "METRICS",
    "MODEL",
    "NAME",
    "NAMED",
    "NUMBERS",
    "OF_VERSION",
    "PROBLEM_REF",
    "RECORD",
    "RETRY_AFTER",
    "SELF",
    "VERSION",
    "Json",
    "body",
    "content",
    "document",
    "merged",
    "problem_responses",
    "record",
    "responses",
]

Json = dict[str, Any]

NAME: Json = {"type": "string", "pattern": f"^{NAME_PATTERN}$"}
VERSION: Json = {"type": "string", "pattern": "^[0-9a-f]{12}$"}
COLUMN: Json = {"type": "string", "minLength": 1}
NUMBERS: Json = {"type": "array", "items": {"type": "number"}}
WRITTEN: Json = {"oneOf": [{"type": "number"}, {"type": "string", "examples": ["0.5"]}]}
RECORD: Json = {"oneOf": [*WRITTEN["oneOf"], {"type": "array", "items": WRITTEN}]}
PROBLEM: Json = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail", "pointer"],
                "properties": {"detail": {"type": "string"}, "pointer": {"type": "string"}},
            },
        },
    },
}
EVALUATION: Json = {
    "type": "object",
    "description": "Figures of the fit on its own rows; null where one is not computed or not defined.",
    "required": ["n_samples", "n_tables", "r2", "mse", "rmse"],
    "properties": {
        "n_samples": {"type": "integer"},
        "n_tables": {"type": "integer"},
        "r2": {"type": ["number", "null"]},
        "mse": {"type": "number"},
        "rmse": {"type": "number"},
    },
}


def record(properties: Json, required: list[str] | None = None, **more: Any) -> Json:
    """Return the schema of an object that has all of its properties, or those that are named."""
    return {
        "type": "object",
        "required": list(properties) if required is None else required,
        "properties": properties,
        **more,
    }


def content(schema: Json, media_type: str = "application/json") -> Json:
    """Return the content of a body."""
    return {media_type: {"schema": schema}}


def body(schema: Json, example: Json, *, required: bool = True) -> Json:
    """Return a request's body with an example."""
    return {"required": required, "content": {"application/json": {"schema": schema, "example": example}}}


NAMED: Json = {
    "LR-Model-Version": {"description": "The version the answer was made with.", "required": True, "schema": VERSION}
}


def responses(schema: Json, description: str, *problems: int, headers: Json) -> Json:
    """Return an operation's responses: 200, and the problems that it can have."""
    good: Json = {"description": description, "headers": headers, "content": content(schema)}
    return {"200": good} | problem_responses(*problems)


def problem_responses(*problems: int) -> Json:
    """Return the responses that are problems, by their status."""
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in problems}


PROBLEM_REF: Json = {"$ref": "#/components/schemas/Problem"}


def problem(description: str, headers: Json | None = None) -> Json:
    """Return a response that is a problem."""
    return {
        "description": description,
        "headers": headers or {},
        "content": content(PROBLEM_REF, "application/problem+json"),
    }


RETRY_AFTER: Json = {
    "description": "Seconds after which to try again.",
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
}
CHALLENGE: Json = {
    "description": "How to say who asks, and what was wrong with it (RFC 6750).",
    "required": True,
    "schema": {"type": "string", "pattern": "^Bearer realm="},
}
PROBLEMS: Json = {
    "400": problem("The body is not JSON, or not UTF-8."),
    "401": problem(
        "Nobody knows the caller: it says no key or token, or one that does not count.",
        {"WWW-Authenticate": CHALLENGE},
    ),
    "404": problem("There is no such model."),
    "410": problem("A table that the version was learned from was forgotten."),
    "413": problem("The body is too large."),
    "415": problem("The body has another media type than the route takes, or a content coding."),
    "422": problem("The body can be read but not accepted; `errors` names every fault."),
    "503": problem("The store did not answer.", {"Retry-After": RETRY_AFTER}),
}


def document(title: str, description: str, paths: Json) -> Json:
    """Return a whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": __version__,
            "description": description,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM},
            "responses": PROBLEMS,
            "securitySchemes": {"notifyToken": {"type": "http", "scheme": "bearer"}},
        },
    }


def merged(*documents: Json) -> Json:
    """Return the first document with the paths of all; where two have a path, the first one's stands."""
    paths: Json = {}
    for other in reversed(documents):
        paths |= other["paths"]
    return {**documents[0], "paths": paths}


HEALTH: Json = {
    "get": {
        "operationId": "healthz",
        "summary": "Say that the process lives; asks nothing of the store.",
        "responses": responses(record({"status": {"const": "ok"}}), "It lives.", headers={}),
    }
}
EXPOSITION: Json = {"schema": {"type": "string"}, "example": "lr_dead_letters_total 0.0\n"}
METRICS: Json = {
    "get": {
        "operationId": "metrics",
        "summary": "Return the metrics of this process, in Prometheus' form or OpenMetrics.",
        "responses": {
            "200": {
                "description": "The metrics.",
                "content": {"text/plain": EXPOSITION, "application/openmetrics-text": EXPOSITION},
            }
        },
    }
}
SELF: Json = {
    "get": {
        "operationId": "openapi",
        "summary": "Return this document.",
        "responses": responses({"type": "object"}, "An OpenAPI document.", headers={}),
    }
}
MODEL: Json = {"name": "model", "in": "path", "required": True, "description": "A model of the bucket.", "schema": NAME}
OF_VERSION: Json = {
    "name": "version",
    "in": "path",
    "required": True,
    "description": "A version of the model.",
    "schema": VERSION,
}
