"""The server of a container: one process, one event loop, one port.

`python -m lr_core.http.server main:app` imports the application from the working directory and listens on `HOST` (all
addresses) and `PORT` (8080), the variables of functions-framework.
"""

from __future__ import annotations

import gc
import os
import socket
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from lr_core.errors import LrError

if TYPE_CHECKING:
    from lr_core.http.asgi import Door
    from lr_core.http.ports import Ports

__all__ = ["main", "serve"]


def serve(app: Door | Ports, listener: socket.socket, log_level: str = "warning") -> None:
    """Serve an ASGI application until SIGTERM or SIGINT, then let running requests end.

    Parameters
    ----------
    log_level
        With `info` the server says when it has started and when it ends, if logs have that level; it says nothing of
        requests.

    Raises
    ------
    OSError
        The port of the metrics cannot be listened on.
    """
    app.start()
    import uvicorn  # noqa: PLC0415  -- the largest import: under `main` the collector is off by then

    from lr_core.http.direct import Direct  # noqa: PLC0415  -- which is uvicorn's, too

    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=Direct,
        ws="none",
        lifespan="off",
        proxy_headers=False,
        interface="asgi3",
        access_log=False,
        log_config=None,
        server_header=False,
        log_level=log_level,
    )
    gc.freeze()
    gc.enable()
    uvicorn.Server(config).run(sockets=[listener, *beside(app, listener)])


def beside(app: Door | Ports, listener: socket.socket) -> list[socket.socket]:
    """Open the port that an application answers its metrics on, at the same addresses; none where it has none."""
    port = getattr(app, "metrics_port", None)
    return [] if port is None else [socket.create_server((listener.getsockname()[0], port))]


def main() -> None:
    """Run the application that the command line names."""
    gc.disable()  # what is imported stays: looking for garbage in it only makes a cold start longer
    sys.path.insert(0, str(Path.cwd()))
    module, _, name = sys.argv[1].partition(":")
    try:
        app = getattr(import_module(module), name)
    except LrError as error:
        sys.exit(f"error: {error}")
    host, port = os.environ.get("HOST") or "0.0.0.0", int(os.environ.get("PORT") or 8080)  # noqa: S104  -- a container
    serve(app, socket.create_server((host, port), backlog=2048), "info")


if __name__ == "__main__":
    main()
