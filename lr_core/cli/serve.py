"""`lr-sgd serve`: both functions on one port, for a laptop."""

from __future__ import annotations

import socket
import sys
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from lr_core.cli.options import opened
from lr_core.http.asgi import Door
from lr_core.http.both import Both
from lr_core.http.cors import shared
from lr_core.http.guard import guarded, needs_of_both
from lr_core.http.ports import with_metrics
from lr_core.http.server import serve as serve_forever
from lr_core.telemetry.logs import JSON, TEXT
from lr_core.telemetry.start import start

if TYPE_CHECKING:
    from argparse import Namespace

    from lr_core.settings import Settings

__all__ = ["serve"]


def serve(options: Namespace, settings: Settings) -> None:
    """Serve until Ctrl-C."""
    if options.model:
        settings = replace(settings, model=options.model)
    store = opened(options, settings)
    start(settings, TEXT if sys.stderr.isatty() else JSON)
    function = guarded(Both(store, settings), settings, needs_of_both(settings))
    door = Door(shared(function, settings.cors_origins), settings.max_body_bytes)
    app = with_metrics(door, settings.metrics_port)
    listener = socket.create_server((options.host, options.port), backlog=2048, reuse_port=False)
    host, port = listener.getsockname()[:2]
    print(
        welcome(f"http://{'localhost' if host == '127.0.0.1' else host}:{port}", settings.model, store.url),
        file=sys.stderr,
    )
    with suppress(KeyboardInterrupt):  # Ctrl-C is how it ends, not a failure
        serve_forever(app, listener)


def welcome(url: str, model: str, store: str) -> str:
    """Return what a person reads first: where it is, and three commands to try."""
    json = "-H 'content-type: application/json'"
    return f"""\
Serving {store}
  predict   {url}/            (also /stream, /batch, /v1/models/NAME:predict, /v2/models/NAME/infer)
  train     {url}/train
  describe  {url}/openapi.json

Try, in another terminal:
  curl {url}/train
  curl {json} -d '{{"record": "0.05"}}' {url}/stream
  curl {json} -d '{{"records": ["0.05", "-0.02"]}}' {url}/batch

The model of these routes is {model!r}. Ctrl-C ends it."""
