"""`lr-sgd models forget|sweep`: leaving no trace, and leaving no litter."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lr_core.cli import options as given
from lr_core.errors import InvalidInput, ModelNotFound
from lr_core.life import forgetting, sweeping
from lr_core.repository import aliases
from lr_core.repository.keys import LATEST, MODELS, model_of
from lr_core.training.request import TrainRequest

if TYPE_CHECKING:
    from argparse import Namespace

    from lr_core.settings import Settings

__all__ = ["forget", "sweep"]


def forget(options: Namespace, settings: Settings) -> None:
    """Forget a table, or take that back."""
    store, model = given.opened(options, settings), named_model(options)
    if options.undo:
        forgetting.undo(store, model, options.key)
        said = {"model": model, "key": options.key, "forgotten": False}
        print(json.dumps(said) if options.json else f"{options.key}: may be learned again; put it back and train")
        return
    mark = forgetting.forget(store, model, options.key, given.cause("models forget"), settings.hash_key)
    latest = aliases.read(store, model, LATEST)
    version, generation = (latest.version, latest.generation) if latest else (None, None)
    if options.json:
        said = {"model": model, "key": mark.key, "forgotten": True, "digests": mark.digests, "at": mark.at}
        print(json.dumps({**said, "version": version, "generation": generation}))
    else:
        print(f"{mark.key}: forgotten; {model} is version {version or '-'}, generation {generation or '-'}")


def named_model(options: Namespace) -> str:
    """Return the model whose table a key is."""
    model = model_of(options.key)
    if model is None:
        raise InvalidInput.at("", f"{options.key}: expected the key of a table, such as data/default/table.csv")
    if options.model not in {None, model}:
        raise InvalidInput.at("", f"{options.key} is a table of {model!r}, not of {options.model!r}")
    return model


def sweep(options: Namespace, settings: Settings) -> None:
    """End what was cut off, and delete versions that nothing names."""
    store, model = given.opened(options, settings), given.model_name(options, settings)
    if model not in store.list_folders(MODELS):
        raise ModelNotFound(f"there is no model {model!r} in {store.url}; lr-sgd models list names those that are")
    swept = sweeping.sweep(store, TrainRequest(model, given.cause("models sweep"), hash_key=settings.hash_key))
    if options.json:
        print(json.dumps({"model": model, "forgotten": swept.forgotten, "versions": swept.versions}))
        return
    for key in swept.forgotten:
        print(f"forgotten again: {key}")
    print(f"{model}: {len(swept.versions)} versions deleted")
