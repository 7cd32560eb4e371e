"""How much memory a call takes at most."""

from __future__ import annotations

import tracemalloc
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

MIB = 2**20

POOLS: list[pa.MemoryPool] = []
"""Never freed: what pyarrow took from one may be given back to it later."""


@contextmanager
def at_most(n_bytes: int) -> Iterator[None]:
    """Fail where Python, numpy and pyarrow together hold more at any moment than they did before."""
    former = pa.default_memory_pool()
    pool = pa.proxy_memory_pool(former)
    POOLS.append(pool)
    pa.set_memory_pool(pool)
    tracemalloc.start()
    try:
        yield
        taken = tracemalloc.get_traced_memory()[1] + (pool.max_memory() or 0)
    finally:
        tracemalloc.stop()
        pa.set_memory_pool(former)
    if taken > n_bytes:
        pytest.fail(f"{taken / MIB:.0f} MiB were taken, {n_bytes / MIB:.0f} allowed")
