"""The server of a container: one process, one event loop, one port.

`python -m lr_core.http.server main:app` imports the application from the working directory and listens on `PORT`.
"""

from __future__ import annotations

import gc
import os
import socket
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import uvicorn

from lr_core.errors import LrError

__all__ = ["main", "serve"]


def serve(app: Any, listener: socket.socket) -> None:
    """Serve an ASGI application until SIGTERM or SIGINT, then let running requests end."""
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        server_header=False,
        log_level="warning",
    )
    uvicorn.Server(config).run(sockets=[listener])


def main() -> None:
    """Run the application that the command line names."""
    gc.disable()  # what is imported stays: looking for garbage in it only makes a cold start longer
    sys.path.insert(0, str(Path.cwd()))
    module, _, name = sys.argv[1].partition(":")
    try:
        app = getattr(import_module(module), name)
    except LrError as error:
        sys.exit(f"error: {error}")
    gc.freeze()
    gc.enable()
    port = int(os.environ.get("PORT") or 8080)
    serve(app, socket.create_server(("0.0.0.0", port), backlog=2048))  # noqa: S104  -- a container's own network


if __name__ == "__main__":
    main()
