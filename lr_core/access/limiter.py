"""How often a caller may ask, by the `throttled` library's generic cell rate algorithm: one number a caller.

All is kept in this process, so a limit is one a caller and pod.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from throttled.exceptions import DataError
from throttled.rate_limiter.gcra import GCRARateLimiter
from throttled.rate_limiter.quota_parser import parse
from throttled.store import MemoryStore

from lr_core.errors import RateLimited, SettingsError

if TYPE_CHECKING:
    from throttled.rate_limiter import Quota

__all__ = ["Limiter"]

MOST_CALLERS = 10_000
"""Callers that are remembered, a few hundred bytes each; of more, those go that have been quiet for longest."""
MOST_REQUESTS = 1_000_000


class Limiter:
    """Counts requests.

    Parameters
    ----------
    rate
        Such as `100/second`; as many may come at once, and then one each hundredth of a second.

    Raises
    ------
    SettingsError
        The rate is none.
    """

    def __init__(self, rate: str, most_callers: int = MOST_CALLERS) -> None:
        store = MemoryStore(options={"MAX_SIZE": most_callers})
        self._counted = GCRARateLimiter(quota(rate), store)

    def count(self, name: str) -> None:
        """Count a request of a caller.

        Raises
        ------
        RateLimited
            It is one too many now.
        """
        result = self._counted.limit(name)
        if result.limited:
            raise RateLimited(max(1, ceil(result.state.retry_after)))


def quota(rate: str) -> Quota:
    """Read a rate."""
    try:
        (found,) = parse(rate)
    except (DataError, ValueError):
        found = None
    if found is None or found.rate.limit > MOST_REQUESTS or not 0 < found.burst <= MOST_REQUESTS:
        raise SettingsError(
            f"LR_RATE_LIMIT is {rate!r:.60}; expected requests in a time, such as 100/second, 5/minute or "
            f"'100/second burst 500', of at most {MOST_REQUESTS}"
        )
    return found
