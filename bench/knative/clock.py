"""How far the node's clock is ahead of this machine's: times of both stand in one table."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.knative.service import Service

__all__ = ["ahead_s"]

REQUESTS = 30


def ahead_s(peer: Service) -> float:
    """Return by how many seconds the static server's clock is ahead, by the exchange that took the least.

    An answer was written between request and receipt; in the middle, if both ways take as long (RFC 5905, section 8).
    """
    exchanges = []
    with peer.connected() as ask:
        for _ in range(REQUESTS):
            asked_s = time.time()
            there_s = float(ask().headers["server-time"])
            received_s = time.time()
            exchanges.append((received_s - asked_s, there_s - (asked_s + received_s) / 2))
    return min(exchanges)[1]
