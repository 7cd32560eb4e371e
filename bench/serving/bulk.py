"""A hundred thousand rows in one body."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bench.serving.asking import asked_ms
from bench.serving.calls import column, v1, v2_binary, v2_json
from bench.serving.ours import predict, raw
from bench.serving.peers import PEER, peer
from bench.serving.processes import running
from bench.table import Comparison, at_most, row, times_as_fast
from bench.turns import in_turns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.serving.calls import Call
    from bench.serving.prepared import Prepared
    from bench.serving.processes import Running
    from bench.table import Promise

    Asked = tuple[Running, Call]

__all__ = ["N_ROWS", "bulk"]

N_ROWS = 100_000
X = column(N_ROWS)
V1, V2_JSON, V2_BINARY = v1(X), v2_json(X), v2_binary(X)

OTHERS: dict[str, tuple[tuple[str, Call, Call, Promise | None], ...]] = {
    "kserve": (("V1", V1, V1, times_as_fast(5)), ("V2 JSON", V2_JSON, V2_JSON, None)),
    "mlserver": (("V2 JSON", V2_JSON, V2_JSON, at_most(0.8)), ("V2 binary", V2_BINARY, V2_JSON, at_most(0.1))),
}
"""What is compared with a peer, where that is more than V1: a name, our call, its call, and what was promised."""


def bulk(place: Prepared, peers: Sequence[str], rounds: int) -> Iterator[str]:
    """Keep predict running and start one peer after the other beside it."""
    with running(predict(place)) as ours:
        with running(raw("raw uvicorn with msgspec", "arithmetic")) as theirs:
            yield row(compared("V1", (ours, V1), (theirs, V1), rounds), at_most(1.1))
        for name in peers:
            with running(peer(name, place)) as theirs:
                for title, mine, other, promise in OTHERS.get(name) or (("V1", V1, PEER[name].speaks(X), None),):
                    yield row(compared(title, (ours, mine), (theirs, other), rounds), promise)


def compared(title: str, ours: Asked, theirs: Asked, rounds: int) -> Comparison:
    """Compare a call of predict with one of a peer."""
    found = in_turns([partial(asked_ms, *ours), partial(asked_ms, *theirs)], rounds)
    is_other = ours[1] is V2_BINARY and theirs[1] is V2_JSON
    beside = theirs[0].server.name + (" V2 JSON" if is_other else "")
    return Comparison(f"{N_ROWS:,} rows {title}, ms", beside, *found)
