"""`lr-sgd grpc`: predict by gRPC."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lr_core.cli.options import opened
from lr_core.grpc.scraped import open_port
from lr_core.grpc.server import serve
from lr_core.telemetry.logs import JSON, TEXT
from lr_core.telemetry.start import start

if TYPE_CHECKING:
    from argparse import Namespace

    from lr_core.settings import Settings

__all__ = ["grpc"]


def grpc(options: Namespace, settings: Settings) -> None:
    """Serve until Ctrl-C, or SIGTERM."""
    store = opened(options, settings)
    start(settings, TEXT if sys.stderr.isatty() else JSON)
    if settings.metrics_port is not None:
        open_port(options.host, settings.metrics_port)

    def started(port: int) -> None:
        print(welcome(options.host, port, store.url), file=sys.stderr, flush=True)

    serve(store, settings, f"{options.host}:{options.port}", started)


def welcome(host: str, port: int, store: str) -> str:
    """Return what a person reads first: where it is, and what to try."""
    address = f"{'localhost' if host in {'127.0.0.1', '0.0.0.0'} else host}:{port}"  # noqa: S104  -- to be read
    return f"""\
Serving the models of {store} by inference.GRPCInferenceService
Try, in another terminal: lr-sgd predict --stream {address} ROWS.csv
Ctrl-C ends it."""
