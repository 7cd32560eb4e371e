"""The train function: a request in, a trained model in the bucket, a summary out."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from uuid import uuid4

from lr_core.cache.memory import Memory
from lr_core.errors import InvalidInput, SinkError
from lr_core.events.binding import is_event
from lr_core.http.event import Events, read_event
from lr_core.http.message import json_response
from lr_core.http.routed import Routed
from lr_core.http.routing import require_json
from lr_core.life.announcing import announced
from lr_core.names import NAME_RULE, is_name
from lr_core.protocols.json import read_object, shown
from lr_core.sink import Sink
from lr_core.training.request import TrainRequest
from lr_core.training.train import train
from lr_core.training.trial import dry_run

if TYPE_CHECKING:
    from lr_core.http.message import Request, Response
    from lr_core.http.routed import Methods
    from lr_core.repository.aliases import Cause
    from lr_core.settings import Settings
    from lr_core.store import Store
    from lr_core.training.request import TrainResult

__all__ = ["Train"]

ID_CHARACTERS = 200

log = logging.getLogger(__name__)


class Train(Routed):
    """Answers the routes of train.

    Parameters
    ----------
    store
        The bucket that holds tables and models.
    settings
        `model` is what a request without a name means; `sink` is told of a training that a request asked for;
        `hash_key` is for hashed columns.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._memory = Memory()
        self._default = settings.model
        self._hash_key = settings.hash_key
        sink = Sink(settings.sink) if settings.sink else None
        self.events = Events(store, self._memory, sink, settings.model, settings.hash_key)
        methods: Methods = {"GET": self._train, "POST": self._post}
        super().__init__({"/": methods, "/train": methods}, openapi)

    def _post(self, request: Request) -> Response:
        return self.events.answer(read_event(request)) if is_event(request.headers) else self._train(request)

    def _train(self, request: Request) -> Response:
        model, fields = self._decode(request)
        is_dry = truth(fields.pop("dry_run", False))
        cause = {"source": "/train", "id": request.headers.get("x-request-id", "")[:ID_CHARACTERS] or str(uuid4())}
        asked = TrainRequest(model, cause, fields, hash_key=self._hash_key)
        if is_dry:
            return json_response(dry_run(self._store, asked, self._memory).to_json())
        result = train(self._store, asked, memory=self._memory)
        summary, version = result.to_json(), result.alias.version
        summary["warnings"] += self._announced(result, cause)
        return json_response(summary, headers=(("lr-model-version", version),) if version else ())

    def _announced(self, result: TrainResult, cause: Cause) -> list[str]:
        """Announce a training that a plain request asked for; return a warning where that failed."""
        said = announced(self._store, result, cause)
        try:
            if said is not None:
                self.events.announce(said)
        except SinkError as error:
            log.warning("%s was not announced: %s", result.model, error)
            return ["the model is published, but the sink of events did not take its model.trained"]
        return []

    def _decode(self, request: Request) -> tuple[str, dict[str, Any]]:
        """Return the model and the recipe's fields that a request names."""
        fields = body_fields(request)
        named = parse_qs(request.query, keep_blank_values=True).get("model", [])
        if named and "model" in fields and fields["model"] != named[-1]:
            raise InvalidInput.at("/model", "expected one model, found another one in the query")
        model = fields.pop("model", named[-1] if named else self._default)
        if not isinstance(model, str) or not is_name(model):
            raise InvalidInput.at("/model", f"expected a name ({NAME_RULE}), found {shown(model)}")
        return model, fields


def truth(value: object) -> bool:
    """Read `dry_run`."""
    if not isinstance(value, bool):
        raise InvalidInput.at("/dry_run", f"expected true or false, found {shown(value)}")
    return value


def body_fields(request: Request) -> dict[str, Any]:
    """Return the object that a POST carries; none is an empty one."""
    if request.method != "POST" or not request.body:
        return {}
    require_json(request)
    return read_object(request.body)


def openapi() -> object:
    """Return the description of these routes."""
    from lr_core.http.openapi.train import TRAIN  # noqa: PLC0415  -- only who asks for it pays for it

    return TRAIN
