"""The train function: a door into `lr_core.http.train`, and nothing else.

`functions-framework --target train` calls `train`; an ASGI server runs `app`, which is what the image does.
"""

from __future__ import annotations

import os
from typing import Any

from lr_core.http import asgi, flask
from lr_core.http.train import Train
from lr_core.settings import Settings
from lr_core.store import store_of

settings = Settings.from_environment(os.environ)
function = Train(store_of(settings), settings)
app = asgi.door(function, settings.max_body_bytes)


def train(request: Any) -> Any:
    """Answer a request of functions-framework's `http` signature."""
    return flask.answer(function.answer, request, settings.max_body_bytes)
