"""A thousand models of one server, drawn at random for each request."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from bench.load import Target, load
from bench.serving.asking import connected, verify
from bench.serving.calls import ONE, v1
from bench.serving.one_row import BLOCK_S, CONNECTIONS, WARM_UP_S
from bench.serving.ours import predict
from bench.serving.processes import running
from bench.table import Comparison, at_least, row
from bench.turns import in_turns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.load import Load
    from bench.serving.prepared import Prepared
    from bench.serving.processes import Running
    from bench.table import Promise

__all__ = ["models"]

N_MODELS = 1000
TRAINERS = 4
CACHES: dict[int, Promise | None] = {N_MODELS: at_least(0.8), 256: None}
"""How many documents the process keeps, and what was promised."""


def models(place: Prepared, _peers: Sequence[str], rounds: int) -> Iterator[str]:
    """Ask one process for one model and for any of them, in turns; once all fit its memory, once a quarter does."""
    with ThreadPoolExecutor(TRAINERS) as trainers:
        list(trainers.map(place.learn, [f"m{number}" for number in range(N_MODELS)]))
    for cache, promise in CACHES.items():
        with running(predict(place, LR_MODEL_CACHE=str(cache))) as found:
            yield row(compared(found, cache, rounds), promise)


def compared(found: Running, cache: int, rounds: int) -> Comparison:
    """Compare the rates; the script that draws runs for one model too."""
    with connected(found) as connection:
        for number in range(N_MODELS):
            verify(connection, v1(ONE, path(number)))
    measures = [lambda: block(found, N_MODELS), lambda: block(found, 1)]
    in_turns([lambda: block(found, N_MODELS, WARM_UP_S), lambda: block(found, 1, WARM_UP_S)], 1)
    many, one = ([each.a_second for each in rates] for rates in in_turns(measures, rounds))
    return Comparison(f"{N_MODELS:,} models, {cache:,} kept, requests/s", "one model", many, one)


def block(found: Running, count: int, seconds: float = BLOCK_S) -> Load:
    """Load a server with requests for one of so many models."""
    target = Target(f"http://127.0.0.1:{found.port}{path(0)}", v1(ONE).body, models=count)
    return load(target, CONNECTIONS, seconds)


def path(number: int) -> str:
    """Return the route of a model."""
    return f"/v1/models/m{number}:predict"
