"""The predict function: a request in, a response out; it holds no state but models that it may forget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.http import v1
from lr_core.http.large import INLINE_BODY_BYTES
from lr_core.http.measured import METRICS, measured
from lr_core.http.message import json_response
from lr_core.http.problem import V2, to_response
from lr_core.http.routing import choose, require_json
from lr_core.http.served import json_answer, loaded
from lr_core.http.timing import timed
from lr_core.http.v1 import PREDICT, V1_MODEL, instances, parts, predictions
from lr_core.names import is_name
from lr_core.protocols.media import OF_LINES
from lr_core.protocols.records import BATCH, STREAM
from lr_core.repository.keys import MODELS
from lr_core.serving import Models, NotInMemory
from lr_core.telemetry.metrics import watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from lr_core.http.guard import Guard
    from lr_core.http.lines import Stream
    from lr_core.http.message import Request, Response
    from lr_core.http.served import Find
    from lr_core.protocols.codec import Codec
    from lr_core.settings import Settings
    from lr_core.store import Store

__all__ = ["Predict"]

V1_MODELS = "/v1/models"
WAITING = frozenset({V1_MODELS, METRICS})
"""What is never answered on the event loop: the one asks the store, the other takes its time."""


class Predict:
    """Answers the routes of predict.

    Parameters
    ----------
    store
        The bucket that holds the models.
    settings
        `model` is what routes without a name mean.
    """

    guard: Guard | None = None

    def __init__(self, store: Store, settings: Settings) -> None:
        self._models = Models(store, settings)
        watch(self._models)
        self._default = settings.model
        self._routes: dict[str, dict[str, Callable[[Request, Find], Response]]] = {
            "/": {"GET": self._status, "POST": self._instances},
            "/stream": {"POST": self._on_default(STREAM)},
            "/batch": {"POST": self._on_default(BATCH)},
            V1_MODELS: {"GET": self._list},
            "/healthz": {"GET": lambda _request, _find: json_response({"status": "ok"})},
            "/openapi.json": {"GET": lambda _request, _find: openapi()},
            METRICS: {"GET": lambda request, _find: measured(request)},
        }

    def start(self) -> None:
        """Begin to read the model of the routes without a name, where that takes long."""
        self._models.connect()

    def answer(self, request: Request) -> Response:
        """Answer a request, waiting for the store where it has to."""
        request.mark("queue")
        try:
            response = self._dispatch(request, self._models.get)
        except Exception as error:  # noqa: BLE001  -- no fault of ours or of a body's gets out but as a problem
            response = to_response(error, request.path)
        return timed(request, response)

    def answer_now(self, request: Request) -> Response | None:
        """Answer a request from memory and at once, or return None where that cannot be done."""
        if len(request.body) > INLINE_BODY_BYTES or request.path in WAITING:
            return None
        request.mark("queue")
        try:
            response = self._dispatch(request, self._models.peek)
        except NotInMemory:
            return None
        except Exception as error:  # noqa: BLE001  -- as above
            response = to_response(error, request.path)
        return timed(request, response)

    def begin(self, request: Request) -> Stream | Response | None:
        """Begin to answer a body of lines, waiting for the store where it has to; None where a route takes none."""
        name, version, verb = (self._default, None, PREDICT) if request.path == "/" else parts(request.path)
        is_route = request.path == "/" or request.path.startswith(V1_MODEL)
        if request.method != "POST" or verb != PREDICT or not is_route:
            return None
        from lr_core.http.lines import stream  # noqa: PLC0415  -- only who sends lines pays for it

        try:
            require_json(request, *OF_LINES)
            return stream(request, loaded(request, self._models.get, name, version))
        except Exception as error:  # noqa: BLE001  -- as above
            return to_response(error, request.path)

    def forget(self) -> None:
        """Forget the models in memory; the next request of each asks the store."""
        self._models.forget()

    def _dispatch(self, request: Request, find: Find) -> Response:
        path = request.path
        if path.startswith(V1_MODEL):
            return v1.answer(request, find)
        if path.startswith(V2):
            from lr_core.http import v2  # noqa: PLC0415  -- only who speaks it pays for it

            return v2.answer(request, find)
        return choose(self._routes.get(path), request)(request, find)

    def _on_default(self, codec: Codec) -> Callable[[Request, Find], Response]:
        return lambda request, find: predictions(request, loaded(request, find, self._default), codec)

    def _instances(self, request: Request, find: Find) -> Response:
        return instances(request, loaded(request, find, self._default))

    def _list(self, _request: Request, _find: Find) -> Response:
        return json_response({"models": [name for name in self._models.store.list_folders(MODELS) if is_name(name)]})

    def _status(self, request: Request, find: Find) -> Response:
        served = loaded(request, find, self._default)
        document = served.document
        return json_answer(
            {
                "status": "alive",
                "model": document.model,
                "version": document.version,
                "generation": served.generation,
                "feature_names": document.feature_names,
                "coef": document.coef,
                "intercept": document.intercept,
                "evaluation": document.evaluation,
            },
            served,
        )


def openapi() -> Response:
    """Answer with the description of these routes."""
    from lr_core.http.openapi.predict import PREDICT  # noqa: PLC0415  -- only who asks for it pays for it

    return json_response(PREDICT)
