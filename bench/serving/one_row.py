"""One row a request: how many a second on many connections, and how long one takes on one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.load import Target, load
from bench.serving.calls import ONE, v1
from bench.serving.ours import guarded, predict, raw, stock_predict
from bench.serving.peers import peer
from bench.serving.processes import running
from bench.table import Comparison, at_least, at_most, row
from bench.turns import in_turns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.load import Load
    from bench.serving.prepared import Prepared
    from bench.serving.processes import Running, Server

__all__ = ["one_row"]

CONNECTIONS = 32
BLOCK_S = 3
WARM_UP_S = 1
PROMISES = {"kserve": at_least(10)}


def one_row(place: Prepared, peers: Sequence[str], rounds: int) -> Iterator[str]:
    """Keep predict running and start one peer after the other beside it."""
    with running(predict(place)) as ours:
        rate, latency = compared(ours, raw(), rounds)
        yield row(rate, at_least(0.6))
        yield row(latency, at_most(1.3))
        yield from map(row, compared(ours, stock_predict(place), rounds))
        for name in peers:
            rate, latency = compared(ours, peer(name, place), rounds)
            yield row(rate, PROMISES.get(name))
            yield row(latency)

    with running(guarded(place)) as ours:
        rate, latency = compared(ours, raw(), rounds, "one row with keys and limits")
        yield row(rate, at_least(0.45))
        yield row(latency)


def compared(ours: Running, server: Server, rounds: int, what: str = "one row") -> tuple[Comparison, Comparison]:
    """Return requests a second on many connections, and microseconds of the median request on one."""
    with running(server) as theirs:
        for each in (ours, theirs):
            block(each, CONNECTIONS, WARM_UP_S)
        many = in_turns([lambda: block(ours, CONNECTIONS), lambda: block(theirs, CONNECTIONS)], rounds)
        single = in_turns([lambda: block(ours, 1), lambda: block(theirs, 1)], rounds)
    rates, latencies = ([each.a_second for each in one] for one in many), ([each.p50 for each in one] for one in single)
    return (
        Comparison(f"{what}, requests/s by {CONNECTIONS}", server.name, *rates),
        Comparison(f"{what}, p50 by 1, µs", server.name, *latencies),
    )


def block(found: Running, connections: int, seconds: float = BLOCK_S) -> Load:
    """Load a server for some seconds with the request that it has answered right."""
    call = found.server.call or v1(ONE)
    return load(
        Target(f"http://127.0.0.1:{found.port}{call.path}", call.body, headers=call.headers), connections, seconds
    )
