"""Object storage: the only place of this library that opens a connection to one.

A store is named by a URL: `s3://bucket[/prefix]`, `file:///folder` or `memory://`. Whatever it is, a put is atomic, a
create never overwrites, and a replace succeeds only on the object whose ETag it names (RFC 9110, section 13.1).
"""

from __future__ import annotations

from lr_core.store.opening import open_store, store_of
from lr_core.store.store import Listed, Store, Stored, find

__all__ = ["Listed", "Store", "Stored", "find", "open_store", "store_of"]
