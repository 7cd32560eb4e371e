"""The routes of predict as an OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.http.openapi.parts import (
    EVALUATION,
    HEALTH,
    METRICS,
    MODEL,
    NAME,
    NAMED,
    NUMBERS,
    OF_VERSION,
    RECORD,
    SELF,
    VERSION,
    body,
    document,
    record,
    responses,
)
from lr_core.http.openapi.v2 import V2_PATHS

if TYPE_CHECKING:
    from lr_core.http.openapi.parts import Json

__all__ = ["PREDICT"]

ON_A_BODY = (400, 404, 413, 415, 422, 503)


INSTANCES: Json = record(
    {
        "instances": {
            "type": "array",
            "items": {"oneOf": [NUMBERS, {"type": "object", "additionalProperties": {"type": "number"}}]},
        }
    }
)
EXPLANATION = record(
    {"base": {"type": "number"}, "contributions": {"type": "object", "additionalProperties": {"type": "number"}}}
)
PREDICTIONS: Json = {"predictions": NUMBERS}
LINES: Json = {
    "text/csv": {"schema": {"type": "string"}, "example": "bmi\n0.5\n"},
    "application/jsonlines": {"schema": {"type": "string"}, "example": "[0.5]\n"},
}
PREDICTED_LINES: Json = {
    "text/csv": {"schema": {"type": "string"}, "example": "prediction\n138.08\n"},
    "application/jsonlines": {"schema": {"type": "string"}, "example": '{"prediction": 138.08}\n'},
}
EXPLANATIONS: Json = {**PREDICTIONS, "explanations": {"type": "array", "items": EXPLANATION}}


def v1_predict(operation: str, *parameters: Json) -> Json:
    """Return the operation that predicts by KServe's V1 protocol."""
    summary = "Predict by KServe's V1 protocol: instances are lists in the order of features, or objects."
    described = on_instances(operation, summary, PREDICTIONS, *parameters)
    described["requestBody"]["content"] |= LINES
    described["responses"]["200"]["content"] |= PREDICTED_LINES
    described["description"] = (
        "CSV with a header of feature names, and JSON lines of lists or objects, are answered in the same type, as a "
        "stream: of any length, a prediction a row, as soon as its line has come. What is wrong with a row is 422 "
        "before the answer began; later the connection is closed without the last chunk."
    )
    return described


def v1_explain(operation: str, *parameters: Json) -> Json:
    """Return the operation that predicts and says why."""
    summary = "Predict, and say what each feature contributes: coef * (x - mean), from the prediction at the means."
    return on_instances(operation, summary, EXPLANATIONS, *parameters)


def on_instances(operation: str, summary: str, answer: Json, *parameters: Json) -> Json:
    """Return an operation of KServe's V1 protocol on instances."""
    gone = (410,) if OF_VERSION in parameters else ()
    return {
        "operationId": operation,
        "summary": summary,
        "parameters": list(parameters),
        "requestBody": body(INSTANCES, {"instances": [[0.5]]}),
        "responses": responses(record(answer), "One of each an instance.", *ON_A_BODY, *gone, headers=NAMED),
    }


READY = record({"name": NAME, "ready": {"const": True}})


def v1_ready(operation: str, *parameters: Json) -> Json:
    """Return the operation that tells whether a model, or a version of it, can predict."""
    gone = (410,) if OF_VERSION in parameters else ()
    return {
        "operationId": operation,
        "summary": "Tell whether it can predict.",
        "parameters": list(parameters),
        "responses": responses(READY, "It can.", 404, 503, *gone, headers=NAMED),
    }


def original(operation: str, member: str, schema: Json, example: object) -> Json:
    """Return one of the two original operations, whose answers are strings."""
    answer, shown = {
        "record": ("prediction", "[138.08]"),
        "records": ("predictions", "[[192.54], [186.90]]"),
    }[member]
    returned = record({answer: {"type": "string", "examples": [shown]}})
    return {
        "operationId": operation,
        "summary": f"Predict from {member}: numbers or strings, or lists of them; answers are text with two decimals.",
        "requestBody": body(record({member: schema}, additionalProperties=False), {member: example}),
        "responses": responses(returned, "Predictions as text.", *ON_A_BODY, headers=NAMED),
    }


STATUS = record(
    {
        "status": {"const": "alive"},
        "model": NAME,
        "version": VERSION,
        "generation": {"type": "integer"},
        "feature_names": {"type": "array", "items": {"type": "string"}},
        "coef": NUMBERS,
        "intercept": {"type": "number"},
        "evaluation": EVALUATION,
    }
)

PREDICT = document(
    "lr-sgd predict",
    "Predictions of linear models that live in a bucket. A request with the header Server-Timing is told by the header "
    "of that name where its time went.",
    {
        "/": {
            "get": {
                "operationId": "status",
                "summary": "Describe the model that routes without a name serve.",
                "responses": responses(STATUS, "The model.", 404, 503, headers=NAMED),
            },
            "post": v1_predict("predict_default"),
        },
        "/stream": {"post": original("stream", "record", RECORD, "0.5")},
        "/batch": {"post": original("batch", "records", {"type": "array", "items": RECORD}, ["0.5", "0.1"])},
        "/v1/models": {
            "get": {
                "operationId": "list_models",
                "summary": "Name the models of the bucket.",
                "responses": responses(record({"models": {"type": "array", "items": NAME}}), "Names.", 503, headers={}),
            }
        },
        "/v1/models/{model}": {"get": v1_ready("model_ready", MODEL)},
        "/v1/models/{model}/versions/{version}": {"get": v1_ready("version_ready", MODEL, OF_VERSION)},
        "/v1/models/{model}/versions/{version}:predict": {"post": v1_predict("predict_version", MODEL, OF_VERSION)},
        "/v1/models/{model}/versions/{version}:explain": {"post": v1_explain("explain_version", MODEL, OF_VERSION)},
        "/v1/models/{model}:predict": {"post": v1_predict("predict", MODEL)},
        "/v1/models/{model}:explain": {"post": v1_explain("explain", MODEL)},
        **V2_PATHS,
        "/healthz": HEALTH,
        "/metrics": METRICS,
        "/openapi.json": SELF,
    },
)
