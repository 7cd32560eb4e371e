"""Answering an event: what it asks for is done, and its answer says in an event what came of it.

A Knative broker takes an empty answer, or one that is an event, for success, and delivers again what is answered 404,
408, 409, 429 or 5xx; so what a repetition cannot mend is 400, 415 or 422 here, and what it can is 503.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lr_core.errors import (
    DatasetNotFound,
    HashKeyMissing,
    InvalidInput,
    LrError,
    SinkRefused,
    SinkUnavailable,
    TrainingDiverged,
)
from lr_core.events import binding
from lr_core.events.hint import ALL, Ping, hint
from lr_core.events.trained import trained
from lr_core.events.types import CREATED, PING, REMOVED
from lr_core.http.message import NO_CONTENT, Response
from lr_core.http.problem import HttpError
from lr_core.life.announcing import announced
from lr_core.life.clock import Clock
from lr_core.repository.keys import LATEST
from lr_core.telemetry.activity import event_trace, noted_event
from lr_core.telemetry.metrics import EVENTS
from lr_core.training.refusal import is_there, left_out, refusal
from lr_core.training.request import TrainRequest
from lr_core.training.train import train

if TYPE_CHECKING:
    from lr_core.cache.memory import Memory
    from lr_core.events.event import Event
    from lr_core.events.hint import TableHint
    from lr_core.http.message import Request
    from lr_core.repository.aliases import Cause
    from lr_core.sink import Sink
    from lr_core.store import Store
    from lr_core.training.request import TrainResult

__all__ = ["Events", "read_event"]

log = logging.getLogger(__name__)


def read_event(request: Request) -> Event:
    """Read the event that a request carries.

    Raises
    ------
    HttpError
        415 for a batch, for a format other than JSON, and for a content coding.
    MalformedRequest
        The event cannot be read.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if kind.startswith(binding.ANY) and kind != binding.STRUCTURED:
        raise HttpError(
            415, "Unsupported Media Type", f"expected one event as {binding.STRUCTURED}, found {kind[:80]!r}"
        )
    if coding != "identity":
        raise HttpError(415, "Unsupported Media Type", f"expected no content-encoding, found {coding[:80]!r}")
    return binding.with_json(binding.decode(request.headers, request.body))


class Events:
    """Answers events.

    Parameters
    ----------
    memory
        What the process has read under `statistics/`.
    sink
        Where is announced what no answer can carry; None for nowhere.
    default
        The model of a ping that names none.
    hash_key
        For the pseudonyms of hashed columns.
    """

    def __init__(
        self, store: Store, memory: Memory, sink: Sink | None, default: str, hash_key: str | None = None
    ) -> None:
        self._store, self._memory, self._sink, self._default = store, memory, sink, default
        self._hash_key = hash_key
        self._clock = Clock(store, memory, hash_key=hash_key)

    def answer(self, event: Event) -> Response:
        """Do what an event asks for; may be called again with the same one.

        Raises
        ------
        LrError
            As `lr_core.http.problem` turns it into an answer.
        """
        noted_event(event.attributes)
        EVENTS.add((kind_of(str(event["type"])),))
        asked = hint(event, self._default)
        if asked is None:
            return NO_CONTENT
        if not isinstance(asked, Ping):
            return self._table(asked, event.cause)
        if asked.model != ALL:
            return carried(self._clock.one(asked.model, event.cause))
        self._all(event.cause)
        return NO_CONTENT

    def announce(self, result: TrainResult) -> None:
        """Say to the sink, where there is one, what no answer carries.

        Raises
        ------
        SinkError
            It did not take the event.
        """
        if self._sink is not None:
            self._sink.send(*binding.to_binary(trained(result, LATEST, event_trace())))

    def _try_to_announce(self, result: TrainResult) -> None:
        """Say it to the sink; one that does not want it is no reason for an event to come again."""
        try:
            self.announce(result)
        except SinkRefused as error:
            log.warning("%s was not announced: %s", result.model, error)

    def _all(self, cause: Cause) -> None:
        """Look after all models; what could not be announced is left to a repetition."""
        failed: list[LrError] = []

        def announce(result: TrainResult) -> None:
            try:
                self.announce(result)
            except LrError as error:
                log.warning("%s was not announced: %s", result.model, error)
                failed.append(error)

        self._clock.all(cause, announce)
        for error in failed:
            if isinstance(error, SinkUnavailable):
                raise error

    def _table(self, asked: TableHint, cause: Cause) -> Response:
        """Train the model of a table; one that cannot be learned is its own event's fault, and no other's."""
        request = TrainRequest(asked.model, cause, hash_key=self._hash_key)
        try:
            result = train(self._store, request, memory=self._memory)
        except DatasetNotFound:
            return NO_CONTENT
        except HashKeyMissing:
            raise  # be the table there or gone, it has no effect until there is a key
        except InvalidInput as error:
            self._blame(asked, request, error)
            return NO_CONTENT
        said = announced(self._store, result, cause)
        fault = left_out(self._store, result, request, asked.key, self._memory)
        if fault is None:
            return carried(said)
        if said is not None:
            self._try_to_announce(said)
        raise fault

    def _blame(self, asked: TableHint, request: TrainRequest, error: InvalidInput) -> None:
        """Raise what is wrong with an event's table, or with the training; other tables have events of their own."""
        fault = refusal(self._store, request, asked.key, self._memory)
        if fault is not None:
            raise fault
        if isinstance(error, TrainingDiverged) or is_there(self._store, asked.model, asked.key):
            raise error
        log.info("%s: nothing can be learned, which is not for %s to say", asked.model, asked.key)


def kind_of(event_type: str) -> str:
    """Return what an event's type is counted as."""
    prefixes = {CREATED: "created", REMOVED: "removed", PING: "ping"}
    return next((kind for prefix, kind in prefixes.items() if event_type.startswith(prefix)), "other")


def carried(result: TrainResult | None) -> Response:
    """Return the answer that announces a training."""
    if result is None:
        return NO_CONTENT
    headers, body = binding.to_binary(trained(result, LATEST, event_trace()))
    content_type = headers.pop("content-type")
    named = (("lr-model-version", result.alias.version),) if result.alias.version else ()
    return Response(200, body, content_type, (*headers.items(), *named))
