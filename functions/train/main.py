"""The train function and its three companions: doors into `lr_core.http`, and nothing else.

`functions-framework --target train` (or `events`, `notify`, `deadletters`) calls the function of that name; an ASGI
server runs `app`, which is what the image does, for the target that `FUNCTION_TARGET` names. Each imports only what it
needs.
"""

# ruff: noqa: PLC0415
from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from lr_core.access.roles import TRAIN, routes
from lr_core.errors import SettingsError
from lr_core.http import asgi, flask
from lr_core.http.cors import shared
from lr_core.http.guard import guarded, needs_of_notify
from lr_core.http.ports import with_metrics
from lr_core.settings import Settings
from lr_core.store import store_of
from lr_core.telemetry.start import start

if TYPE_CHECKING:
    from collections.abc import Callable

    from lr_core.events.event import Event
    from lr_core.http.asgi import Function
    from lr_core.http.message import Response
    from lr_core.http.train import Train

settings = Settings.from_environment(os.environ)
start(settings)


@cache
def trainer() -> Train:
    """Return what trains."""
    from lr_core.http.train import Train

    return Train(store_of(settings), settings)


@cache
def shared_trainer() -> Function:
    """Return what trains, for who may ask, and as pages of other origins may call it."""
    return shared(guarded(trainer(), settings, routes(TRAIN)), settings.cors_origins)


@cache
def subscriber() -> Function:
    """Return what trains for events, and for nothing else."""
    from lr_core.http.subscriber import Subscriber

    return guarded(Subscriber(trainer().events), settings, routes(TRAIN))


@cache
def notifier() -> Function:
    """Return what turns notifications into events."""
    from lr_core.http.notify import Notify

    return guarded(Notify(settings, in_place), settings, needs_of_notify(settings))


@cache
def keeper() -> Function:
    """Return what keeps events that could not be handled."""
    from lr_core.http.deadletters import DeadLetters

    return guarded(DeadLetters(store_of(settings)), settings, routes(TRAIN))


def in_place(event: Event) -> Response:
    """Train for an event that has no sink to go to."""
    return trainer().events.answer(event)


def train(request: Any) -> Any:
    """Answer a request of functions-framework's `http` signature: train."""
    return flask.answer(shared_trainer(), request, settings.max_body_bytes)


def events(request: Any) -> Any:
    """Answer a request of functions-framework's `http` signature: an event, of which a model may be trained."""
    return flask.answer(subscriber(), request, settings.max_body_bytes)


def notify(request: Any) -> Any:
    """Answer a request of functions-framework's `http` signature: a notification of MinIO."""
    return flask.answer(notifier(), request, settings.max_body_bytes)


def deadletters(request: Any) -> Any:
    """Answer a request of functions-framework's `http` signature: an event that nobody could handle."""
    return flask.answer(keeper(), request, settings.max_body_bytes)


TARGETS: dict[str, Callable[[], Function]] = {
    "train": shared_trainer,
    "events": subscriber,
    "notify": notifier,
    "deadletters": keeper,
}
target = os.environ.get("FUNCTION_TARGET") or "train"
if target not in TARGETS:
    raise SettingsError(f"FUNCTION_TARGET is {target!r}; expected {', '.join(TARGETS)}")
function: Function = TARGETS[target]()
app = with_metrics(asgi.Door(function, settings.max_body_bytes), settings.metrics_port)
