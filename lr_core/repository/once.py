"""Creating an object that may be there: who comes second keeps what the first one wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.errors import ObjectExists, StoreUnavailable
from lr_core.store import find

if TYPE_CHECKING:
    from lr_core.store import Store

__all__ = ["create_once", "holds"]

ATTEMPTS = 3


def create_once(store: Store, key: str, data: bytes) -> bytes:
    """Create an object and return its bytes: these, or those of the one that was there before.

    Raises
    ------
    StoreUnavailable
        The store says that the object is there, and that it is not.
    """
    for _ in range(ATTEMPTS):
        try:
            store.create(key, data)
        except ObjectExists:
            stored = find(store, key)
            if stored is None:
                continue  # S3 servers answer 409 also while another create is under way, which may yet fail
            return stored.data
        return data
    raise StoreUnavailable(f"{store.url} says of {key} both that it is there and that it is not")


def holds(store: Store, key: str, data: bytes) -> bool:
    """Tell whether an object has these bytes: a retried put whose first answer was lost looks like a lost race."""
    stored = find(store, key)
    return stored is not None and stored.data == data
