"""Loading a model into a program of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.document import decode
from lr_core.errors import ModelNotFound
from lr_core.repository import aliases
from lr_core.store import open_store

if TYPE_CHECKING:
    from lr_core.document import Document
    from lr_core.model import LinearModel
    from lr_core.store import Store

__all__ = ["load", "load_document"]


def load(store: str | Store, model: str = "default", alias: str = "latest") -> LinearModel:
    """Return the model that an alias names.

    Parameters
    ----------
    store
        A store, or its URL: `s3://bucket`, `file:///folder`. An S3 server other than Amazon's, and its credentials,
        need `open_store(url, S3Settings(...))`.
    model, alias
        Names of the model and of its alias.

    Raises
    ------
    ModelNotFound
        The store has no such model or alias, or no version of it yet.
    StoreUnavailable
        The store did not answer.
    """
    return load_document(open_store(store) if isinstance(store, str) else store, model, alias).to_model()


def load_document(store: Store, model: str, alias: str) -> Document:
    """Return the model document that an alias names; for Raises see `load`."""
    found = aliases.read(store, model, alias)
    document = found.model_document if found else None
    if document is None:
        raise ModelNotFound(f"there is no model {model!r} with an alias {alias!r} in {store.url}")
    return decode(document)
