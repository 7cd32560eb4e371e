"""What a process keeps of what it has read under `statistics/`."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from lr_core.cache.objects import Cached

__all__ = ["Memory"]

MOST_BYTES = 64 << 20


class Memory:
    """Objects by model and name, those that were used last; safe to use from many threads.

    Parameters
    ----------
    most_bytes
        How large the kept objects may be together, as they are stored.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[tuple[str, str], tuple[Cached, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, model: str, name: str) -> Cached | None:
        """Return an object, or None."""
        with self._lock:
            if (model, name) not in self._kept:
                return None
            self._kept.move_to_end((model, name))
            return self._kept[model, name][0]

    def put(self, model: str, name: str, found: Cached, size: int) -> None:
        """Keep an object of so many bytes, and let go of those that were not used for longest."""
        with self._lock:
            self._drop(model, name)
            self._kept[model, name] = (found, size)
            self._bytes += size
            while self._bytes > self._most_bytes:
                self._drop(*next(iter(self._kept)))

    def retain(self, model: str, names: Collection[str]) -> None:
        """Forget all of a model but these: what was learned of a table that went must not stay."""
        with self._lock:
            for kept in [key for key in self._kept if key[0] == model and key[1] not in names]:
                self._drop(*kept)

    def _drop(self, model: str, name: str) -> None:
        _, size = self._kept.pop((model, name), (None, 0))
        self._bytes -= size
