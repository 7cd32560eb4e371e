"""From the start of the process to the first right prediction."""

from __future__ import annotations

import json
import time
from statistics import median
from typing import TYPE_CHECKING

from bench.serving.ours import stock_hello, waking
from bench.serving.peers import peer
from bench.serving.processes import running
from bench.table import Comparison, at_most, row, times_as_fast
from bench.turns import in_turns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.serving.prepared import Prepared
    from bench.serving.processes import Running, Server

__all__ = ["cold"]

PROMISES = {"kserve": times_as_fast(7.5)}
MARK_ROUNDS = 5
LINE_S = 10


def cold(place: Prepared, peers: Sequence[str], rounds: int) -> Iterator[str]:
    """Start predict and each peer in turns; peers of other projects take seconds, so a third of the rounds does."""
    yield row(compared(waking(place), stock_hello(), 3 * rounds), at_most(1.1))
    for name in peers:
        yield row(compared(waking(place), peer(name, place), rounds), PROMISES.get(name))
    yield marks(waking(place, is_marked=True))


def compared(ours: Server, other: Server, rounds: int) -> Comparison:
    """Compare two starts; the first of each made what is kept of it, such as bytecode, and does not count."""
    found, theirs = in_turns([lambda: start_ms(ours), lambda: start_ms(other)], rounds + 1)
    return Comparison("cold start, ms", other.name, found[1:], theirs[1:])


def start_ms(server: Server) -> float:
    """Return how long one start took."""
    with running(server) as found:
        return found.start_ms


def marks(server: Server) -> str:
    """Tell where the milliseconds of a cold start go."""
    rounds = [steps(server) for _ in range(MARK_ROUNDS)]
    parts = [f"{name} {median(each[name] for each in rounds):.0f}" for name in rounds[0]]
    return f"where predict's cold start goes, ms: {', '.join(parts)}"


def steps(server: Server) -> dict[str, float]:
    """Return what each step of one start took, in milliseconds."""
    with running(server) as found:
        at_s = {**json.loads(line(found)), "model read and answered": found.answered_s}
    befores_s = (found.began_s, *at_s.values())
    return {name: (s - before) * 1e3 for (name, s), before in zip(at_s.items(), befores_s, strict=False)}


def line(found: Running) -> str:
    """Return the marks, which the server prints just after its first answer."""
    deadline_s = time.monotonic() + LINE_S
    while time.monotonic() < deadline_s:
        for text in found.log.read_text().splitlines(keepends=True):
            if text.startswith('{"interpreter"') and text.endswith("\n"):
                return text
        time.sleep(0.01)
    raise TimeoutError(f"expected marks, found {found.log.read_text()!r}")
