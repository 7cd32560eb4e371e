"""What one training on an empty store gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lr_core.errors import InvalidInput
from lr_core.training.request import TrainRequest
from lr_core.training.train import train
from tests.races.dict_store import DictStore, stored
from tests.races.operations import MODEL

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["clean"]

KNOWN: dict[tuple[frozenset[tuple[str, bytes]], bytes], bytes | None] = {}


def clean(tables: Mapping[str, bytes], recipe: dict[str, Any] | None) -> bytes | None:
    """Return the model document of one training with this recipe on these tables alone; None where there is none."""
    name = (frozenset(tables.items()), msgspec.json.encode(recipe))
    if name not in KNOWN:
        KNOWN[name] = trained(tables, recipe)
    return KNOWN[name]


def trained(tables: Mapping[str, bytes], recipe: dict[str, Any] | None) -> bytes | None:
    """Train on an empty store."""
    store = DictStore({key: stored(data) for key, data in tables.items()})
    try:
        result = train(store, TrainRequest(MODEL, {"source": "/test", "id": "clean"}, recipe or {}))
    except InvalidInput:
        return None
    return result.alias.model_document
