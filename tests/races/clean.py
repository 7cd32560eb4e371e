"""What one training on an empty store gives."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from lr_core.errors import InvalidInput
from lr_core.training.request import TrainRequest
from lr_core.training.train import train
from tests.races.calls import PRIVATE
from tests.races.dict_store import DictStore, stored
from tests.races.operations import MODEL

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["clean", "statistics"]

CAUSE = {"source": "/test", "id": "clean"}
GIVEN = (f"data/{MODEL}/", f"models/{MODEL}/forgotten/")
KNOWN: dict[tuple[frozenset[tuple[str, bytes]], bytes], bytes | None] = {}


def clean(tables: Mapping[str, bytes], recipe: dict[str, Any] | None) -> bytes | None:
    """Return the model document of one training with this recipe on these tables alone; None where there is none."""
    name = (frozenset(tables.items()), msgspec.json.encode(recipe))
    if name not in KNOWN:
        KNOWN[name] = trained(tables, recipe)
    return KNOWN[name]


def statistics(objects: Mapping[str, bytes], recipe: dict[str, Any] | None) -> set[str]:
    """Return the keys under `statistics/` of one training with this recipe on what these objects are of a model."""
    store = DictStore({key: stored(data) for key, data in objects.items() if key.startswith(GIVEN)})
    with suppress(InvalidInput):
        train(store, TrainRequest(MODEL, CAUSE, recipe or {}))
    return {key for key in store.objects if key.startswith(PRIVATE)}


def trained(tables: Mapping[str, bytes], recipe: dict[str, Any] | None) -> bytes | None:
    """Train on an empty store."""
    store = DictStore({key: stored(data) for key, data in tables.items()})
    try:
        result = train(store, TrainRequest(MODEL, CAUSE, recipe or {}))
    except InvalidInput:
        return None
    return result.alias.model_document
