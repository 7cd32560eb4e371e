"""The predict function: a door into `lr_core.http.predict`, and nothing else.

`functions-framework --target predict` calls `predict`; an ASGI server runs `app`, which is what the image does.
"""

from __future__ import annotations

import os
from typing import Any

from lr_core.access.roles import PREDICT, routes
from lr_core.http import asgi, flask
from lr_core.http.cors import shared
from lr_core.http.guard import guarded
from lr_core.http.ports import with_metrics
from lr_core.http.predict import Predict
from lr_core.settings import Settings
from lr_core.store import store_of
from lr_core.telemetry.start import start

settings = Settings.from_environment(os.environ)
start(settings)
predictor = guarded(Predict(store_of(settings), settings), settings, routes(PREDICT))
function = shared(predictor, settings.cors_origins)
app = with_metrics(asgi.Door(function, settings.max_body_bytes), settings.metrics_port)


def predict(request: Any) -> Any:
    """Answer a request of functions-framework's `http` signature."""
    return flask.answer(function, request, settings.max_body_bytes)
