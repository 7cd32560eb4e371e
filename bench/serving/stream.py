"""A hundred thousand rows by gRPC's ModelStreamInfer, beside the same rows in one V2 binary body."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from bench.serving.asking import asked_ms
from bench.serving.bulk import N_ROWS, V2_BINARY
from bench.serving.environments import environment
from bench.serving.ours import grpc, predict
from bench.serving.prepared import PEERS
from bench.serving.processes import running
from bench.table import Comparison, at_least, row
from bench.turns import in_turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.serving.prepared import Prepared
    from bench.serving.processes import Running
    from bench.table import Promise

__all__ = ["stream"]

SIZES: dict[int, Promise | None] = {10_000: at_least(0.25), 1_000: None, 100: None}
"""How many rows a message has, and what was promised."""
CLIENT = PEERS / "stream_client.py"


def stream(place: Prepared, _peers: Sequence[str], rounds: int) -> Iterator[str]:
    """Keep both servers running, and the client, which has an environment of its own."""
    with running(predict(place)) as whole, running(grpc(place)) as streaming, streamer(streaming) as streamed:
        for size, promise in SIZES.items():
            streamed(size)  # the first of a size warms up
            measures = [partial(streamed, size), partial(at_once, whole)]
            yield row(
                Comparison(f"stream by {size:,}, rows/s", "V2 binary in one body", *in_turns(measures, rounds)), promise
            )


def at_once(found: Running) -> float:
    """Return the rows a second of one body."""
    return N_ROWS / asked_ms(found, V2_BINARY) * 1e3


@contextmanager
def streamer(found: Running) -> Iterator[Callable[[int], float]]:
    """Give what streams all rows by so many a message and returns the rows a second."""
    command = [str(environment("grpc") / "python"), str(CLIENT), f"127.0.0.1:{found.port}", "default", str(N_ROWS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:

        def streamed(size: int) -> float:
            assert client.stdin is not None  # noqa: S101  -- for the type checker: they are pipes
            assert client.stdout is not None  # noqa: S101
            print(size, file=client.stdin, flush=True)
            seconds = client.stdout.readline()
            if not seconds:
                sys.exit(f"error: {CLIENT.name}: expected seconds, found nothing, exit {client.wait()}")
            return N_ROWS / float(seconds)

        try:
            yield streamed
        finally:
            client.kill()
