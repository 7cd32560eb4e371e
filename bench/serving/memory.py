"""Memory of a server at rest, and after large bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.serving.asking import connected, verify
from bench.serving.bulk import V1, V2_BINARY, V2_JSON, X
from bench.serving.ours import predict, stock_hello
from bench.serving.peers import PEER, peer
from bench.serving.processes import resident_mb, running
from bench.table import Comparison, of_ours, row
from bench.turns import in_turns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.serving.calls import Call
    from bench.serving.prepared import Prepared
    from bench.serving.processes import Server

__all__ = ["memory"]

OURS = (V1, V2_JSON, V2_BINARY)
REPEATS = 3
FIGURES = ("memory at rest, MB", "memory after 100,000 rows, MB")


def memory(place: Prepared, peers: Sequence[str], rounds: int) -> Iterator[str]:
    """Start predict and each peer in turns, one at a time, for processes beside each other share pages."""
    at_rest, _ = compared(predict(place), OURS, stock_hello(), (), rounds)
    yield row(at_rest, of_ours(60, "MB"))
    for name in peers:
        at_rest, after = compared(predict(place), OURS, peer(name, place), (PEER[name].speaks(X),), rounds)
        yield row(at_rest, of_ours(60, "MB"))
        yield row(after, of_ours(150, "MB"))


def compared(
    ours: Server, our_calls: Sequence[Call], other: Server, other_calls: Sequence[Call], rounds: int
) -> list[Comparison]:
    """Return the memory of two servers at rest, and after their calls."""
    found = in_turns([lambda: weighed(ours, our_calls), lambda: weighed(other, other_calls)], rounds)
    figures = zip(FIGURES, zip(*found[0], strict=True), zip(*found[1], strict=True), strict=True)
    return [Comparison(figure, other.name, mine, theirs) for figure, mine, theirs in figures]


def weighed(server: Server, calls: Sequence[Call]) -> tuple[float, float]:
    """Return the MB of a server after its first answer, and after it has answered each call some times."""
    with running(server) as found:
        at_rest = resident_mb(found.pid)
        with connected(found) as connection:
            for call in [*calls] * REPEATS:
                verify(connection, call)
        return at_rest, resident_mb(found.pid)
