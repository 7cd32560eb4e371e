"""The routes of train as an OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.http.openapi.parts import (
    COLUMN,
    EVALUATION,
    HEALTH,
    METRICS,
    NAME,
    NUMBERS,
    PROBLEM_REF,
    SELF,
    VERSION,
    body,
    document,
    record,
    responses,
)
from lr_core.recipe import FIELDS
from lr_core.solvers.hyperparameters import SOLVERS

if TYPE_CHECKING:
    from lr_core.http.openapi.parts import Json

__all__ = ["EVENT", "NOTHING_NEW", "PERHAPS_NAMED", "SUMMARY", "TRAIN", "TRAINED"]

RECIPE: Json = {
    "target": {"type": ["string", "null"], "minLength": 1},
    "features": {
        "type": ["array", "null"],
        "minItems": 1,
        "items": {
            "oneOf": [
                COLUMN,
                record({"name": COLUMN, "type": {"const": "number"}}, ["name"], additionalProperties=False),
            ]
        },
    },
    "intercept": {"type": ["boolean", "null"]},
    "solver": {"enum": [*SOLVERS, None]},
    "hyperparameters": {"type": ["object", "null"]},
    "missing": {"enum": ["refuse", "drop", None]},
    "unseen": {"enum": ["refuse", None]},
    "drop": {"type": ["array", "null"], "items": COLUMN, "description": "Columns whose cells nothing is to see."},
    "hash": {
        "type": ["array", "null"],
        "items": COLUMN,
        "description": "Columns of whose cells only pseudonyms are to be seen.",
    },
}
FIGURES: Json = {
    "model": NAME,
    "version": {"oneOf": [VERSION, {"type": "null"}]},
    "generation": {"type": ["integer", "null"], "description": "Null for a dry run."},
    "coef": {"oneOf": [NUMBERS, {"type": "null"}]},
    "intercept": {"type": ["number", "null"]},
    "evaluation": {"oneOf": [EVALUATION, {"type": "null"}]},
    "n_samples": {"type": "integer"},
    "trained": {"type": "boolean", "description": "Whether the version changed."},
    "excluded": {"type": "array", "items": record({"key": {"type": "string"}, "problem": PROBLEM_REF})},
    "warnings": {"type": "array", "items": {"type": "string"}},
}
BEFORE: Json = {
    "oneOf": [record(FIGURES), {"type": "null"}],
    "description": "Of a dry run alone: the present summary, null where there is none.",
}
SUMMARY = record({**FIGURES, "before": BEFORE}, list(FIGURES))


TRAINED = "The model that `latest` names now; to an event, as the event io.github.lr-sgd.model.trained."
NOTHING_NEW: Json = {"204": {"description": "To an event: nothing changed."}}
TEXT: Json = {"type": "string", "minLength": 1}
EVENT: Json = record(
    {
        "specversion": {"const": "1.0"},
        "id": TEXT,
        "source": TEXT,
        "type": {
            "type": "string",
            "anyOf": [
                {"pattern": "^com\\.amazonaws\\.s3\\.Object(Created|Removed):"},
                {"const": "dev.knative.sources.ping"},
            ],
        },
        "subject": {"type": "string", "description": "The key of a table that came, changed or went."},
        "data": {"description": 'Of a ping: which model, as {"model": "NAME"}, or "*" for all.'},
    },
    ["specversion", "id", "source", "type"],
)
"""An event in structured mode; in binary mode its attributes are headers (CloudEvents, HTTP protocol binding)."""
PERHAPS_NAMED: Json = {
    "LR-Model-Version": {"description": "The version; not there where the model was emptied.", "schema": VERSION}
}


def asked(request: Json) -> Json:
    """Return the body of a request that trains: fields of a recipe, or an event."""
    plain = body(request, {"target": "y", "features": ["bmi"]}, required=False)
    plain["content"]["application/cloudevents+json"] = {"schema": EVENT}
    return plain


def training(prefix: str) -> Json:
    """Return both operations that train."""
    in_query: Json = {"name": "model", "in": "query", "description": "Which model.", "schema": NAME}
    dry: Json = {"type": "boolean", "description": "Say what would be, and write nothing."}
    recipe = {name: RECIPE[name] for name in FIELDS}
    request = record({"model": NAME, **recipe, "dry_run": dry}, [], additionalProperties=False)
    shared = {"parameters": [in_query]}
    return {
        "get": {
            "operationId": f"{prefix}get",
            "summary": "Train on what is in the bucket, as the last training was told to.",
            "responses": responses(SUMMARY, TRAINED, 422, 503, headers=PERHAPS_NAMED),
            **shared,
        },
        "post": {
            "operationId": f"{prefix}post",
            "summary": "Train on what is in the bucket; each field changes the recipe, null to its default.",
            "requestBody": asked(request),
            "responses": responses(SUMMARY, TRAINED, 400, 413, 415, 422, 503, headers=PERHAPS_NAMED) | NOTHING_NEW,
            **shared,
        },
    }


TRAIN = document(
    "lr-sgd train",
    "Trains a linear model on the tables of a bucket.",
    {
        "/train": training("train_"),
        "/": training("train_root_"),
        "/healthz": HEALTH,
        "/metrics": METRICS,
        "/openapi.json": SELF,
    },
)
