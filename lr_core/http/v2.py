"""The routes of the Open Inference Protocol V2 over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core import __version__
from lr_core.http.large import turn
from lr_core.http.message import JSON, Response, json_response
from lr_core.http.problem import V2
from lr_core.http.routing import choose, require_json
from lr_core.http.served import json_answer, loaded, named
from lr_core.protocols.v2.infer import infer
from lr_core.protocols.v2.metadata import EXTENSIONS, metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lr_core.http.message import Request
    from lr_core.http.served import Find
    from lr_core.serving import Served

__all__ = ["answer"]

MODEL = f"{V2}/models/"
HEADER_LENGTH = "inference-header-content-length"
BINARY = "application/octet-stream"


def answer(request: Request, find: Find) -> Response:
    """Answer a request whose path begins with `V2`."""
    if not request.path.startswith(MODEL):
        return json_response(choose(SERVER.get(request.path), request))
    name, version, verb = parts(request.path)
    reply = choose(VERBS.get(verb), request)
    return reply(request, loaded(request, find, name, version))


def parts(path: str) -> tuple[str, str | None, str]:
    """Return the model, the version and the verb that a path names."""
    name, *rest = path.removeprefix(MODEL).split("/")
    match rest:
        case ["versions", version, *verb]:
            return name, version, "".join(f"/{word}" for word in verb)
        case verb:
            return name, None, "".join(f"/{word}" for word in verb)


def inference(request: Request, served: Served) -> Response:
    """Answer a body with predictions, as JSON or as JSON with binary tensors behind it."""
    require_json(request, BINARY)
    header_length = request.headers.get(HEADER_LENGTH)
    with turn(len(request.body), served.redaction):
        answered = infer(served.document, served.model, request.body, header_length, request.mark)
    if answered.header_length is None:
        return Response(200, answered.body, JSON, named(served))
    length = (HEADER_LENGTH, str(answered.header_length))
    return Response(200, answered.body, BINARY, (*named(served), length))


def description(_request: Request, served: Served) -> Response:
    """Answer with what a model takes and gives."""
    return json_answer(metadata(served.document), served)


def ready(_request: Request, served: Served) -> Response:
    """Answer for a model that is there."""
    return json_answer({"name": served.document.model, "ready": True}, served)


SERVER: Mapping[str, Mapping[str, object]] = {
    V2: {"GET": {"name": "lr-sgd", "version": __version__, "extensions": EXTENSIONS}},
    f"{V2}/health/live": {"GET": {"live": True}},
    # The specification's text calls the member `live`, KServe's server calls it `ready`.
    f"{V2}/health/ready": {"GET": {"live": True, "ready": True}},
}
"""What the server says of itself; from memory, for a store that is down takes no warm predictor with it."""
VERBS: Mapping[str, Mapping[str, Callable[[Request, Served], Response]]] = {
    "": {"GET": description},
    "/ready": {"GET": ready},
    "/infer": {"POST": inference},
}
