"""KServe's V1 routes of a model: `/v1/models/{model}[/versions/{version}][:predict|:explain]`.

The versions in the middle are TensorFlow Serving's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.http.large import turn
from lr_core.http.routing import choose, require_json
from lr_core.http.served import json_answer, loaded
from lr_core.protocols.codec import predict
from lr_core.protocols.media import OF_LINES
from lr_core.protocols.v1 import V1

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lr_core.http.message import Request, Response
    from lr_core.http.served import Find
    from lr_core.protocols.codec import Codec
    from lr_core.serving import Served

__all__ = ["PREDICT", "V1_MODEL", "answer", "instances", "parts", "predictions"]

V1_MODEL = "/v1/models/"
PREDICT = ":predict"


def answer(request: Request, find: Find) -> Response:
    """Answer a request whose path begins with `V1_MODEL`."""
    name, version, verb = parts(request.path)
    reply = choose(VERBS.get(verb), request)
    return reply(request, loaded(request, find, name, version))


def parts(path: str) -> tuple[str, str | None, str]:
    """Return the model, the version and the verb that a path names."""
    path, colon, verb = path.removeprefix(V1_MODEL).partition(":")
    name, versions, version = path.partition("/versions/")
    return name, version if versions else None, colon + verb


def predictions(request: Request, served: Served, codec: Codec) -> Response:
    """Answer a body with predictions: the one way to them, for the original routes too."""
    require_json(request)
    return predicted(request, served, codec)


def predicted(request: Request, served: Served, codec: Codec) -> Response:
    """Answer a body of JSON."""
    with turn(len(request.body), served.redaction):
        return json_answer(predict(served.model, request.body, codec, request.mark), served)


def instances(request: Request, served: Served) -> Response:
    """Answer a body with predictions, whether it is of JSON or of lines."""
    if require_json(request, *OF_LINES) not in OF_LINES:
        return predicted(request, served, V1)
    from lr_core.http.lines import whole  # noqa: PLC0415  -- only who sends lines pays for it

    with turn(len(request.body), served.redaction):
        return whole(request, served)


def explanations(request: Request, served: Served) -> Response:
    """Answer a body with predictions and what each feature contributes."""
    from lr_core.protocols.explain import explain  # noqa: PLC0415  -- only who asks for it pays for it

    require_json(request)
    with turn(len(request.body), served.redaction):
        return json_answer(explain(served.document, served.model, request.body, request.mark), served)


def ready(_request: Request, served: Served) -> Response:
    """Answer for a model that is there."""
    return json_answer({"name": served.document.model, "ready": True}, served)


VERBS: Mapping[str, Mapping[str, Callable[[Request, Served], Response]]] = {
    "": {"GET": ready},
    PREDICT: {"POST": instances},
    ":explain": {"POST": explanations},
}
