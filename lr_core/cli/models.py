"""`lr-sgd models`: what models there are, and how they are trained."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from lr_core.cli import options as given
from lr_core.cli.summary import coefficients, excluded, figures, warnings
from lr_core.document import decode
from lr_core.errors import LrError, ModelNotFound, StoreUnavailable
from lr_core.names import is_name
from lr_core.recipe import Recipe
from lr_core.repository import aliases
from lr_core.repository.alias import Alias
from lr_core.repository.keys import LATEST, MODELS, alias_prefix
from lr_core.training.asked import overlaid
from lr_core.training.request import TrainRequest

if TYPE_CHECKING:
    from argparse import Namespace

    from lr_core.settings import Settings
    from lr_core.store import Store

__all__ = ["create", "list_models", "show"]


def list_models(options: Namespace, settings: Settings) -> None:
    """Print a line a model."""
    store = given.opened(options, settings)
    found = [(name, alias) for name in store.list_folders(MODELS) if is_name(name) and (alias := readable(store, name))]
    if options.json:
        print(json.dumps([row(name, alias) for name, alias in found]))
    elif not found:
        print(f"no models in {store.url}; lr-sgd fit TABLE makes one")
    else:
        print("\n".join(lines([row(name, alias) for name, alias in found])))


def show(options: Namespace, settings: Settings) -> None:
    """Print what a model is."""
    store, model = given.opened(options, settings), given.model_name(options, settings)
    alias = find(store, model)
    if alias is None:
        raise ModelNotFound(f"there is no model {model!r} in {store.url}; lr-sgd models list names those that are")
    names = sorted(
        item.key.removeprefix(alias_prefix(model)).removesuffix(".json")
        for item in store.list_objects(alias_prefix(model))
    )
    if options.json:
        print(json.dumps(details(model, alias, names)))
    else:
        print(shown(model, alias, names))


def create(options: Namespace, settings: Settings) -> None:
    """Store a recipe for a model that is not there."""
    store, model = given.opened(options, settings), given.model_name(options, settings)
    cause = given.cause("models create")
    request = TrainRequest(model, cause, given.recipe_fields(options), given.hyperparameters(options))
    recipe = overlaid(Recipe(), request).to_json()

    def successor(current: Alias | None) -> Alias:
        if current is not None:
            raise LrError(f"model {model!r} is there already")
        return Alias(at="", cause=cause, recipe=recipe)

    alias, _ = aliases.move(store, model, LATEST, cause, successor)
    if options.json:
        print(json.dumps(details(model, alias, [LATEST])))
    else:
        print(f"{model}: created; put tables under data/{model}/ and train")


def find(store: Store, model: str) -> Alias | None:
    """Return what `latest` of a model is."""
    return aliases.read(store, model, LATEST)


def readable(store: Store, model: str) -> Alias | None:
    """Return the same, or None with a warning on stderr where it cannot be read, so that the others are listed."""
    try:
        return find(store, model)
    except StoreUnavailable:
        raise
    except LrError as error:
        print(f"lr-sgd: warning: {error}", file=sys.stderr)
        return None


def row(model: str, alias: Alias) -> dict[str, Any]:
    """Return what a list says of a model."""
    document = decode(alias.model_document) if alias.model_document else None
    found = document.evaluation if document else {}
    return {
        "model": model,
        "version": alias.version,
        "generation": alias.generation,
        "at": alias.at,
        "n_samples": found.get("n_samples", 0),
        "r2": found.get("r2"),
        "rmse": found.get("rmse"),
    }


def lines(rows: list[dict[str, Any]]) -> list[str]:
    """Return rows as a table of text."""
    width = max(5, *(len(each["model"]) for each in rows))
    head = f"{'MODEL':<{width}}  {'VERSION':<12}  {'GENERATION':>10}  {'ROWS':>10}  {'R²':>7}  {'RMSE':>10}  AT"
    return [head, *(line(each, width) for each in rows)]


def line(each: dict[str, Any], width: int) -> str:
    """Return one row as text; a dash for what is not there."""
    r2 = "-" if each["r2"] is None else f"{each['r2']:.4f}"
    rmse = "-" if each["rmse"] is None else f"{each['rmse']:.5g}"
    version = each["version"] or "-"
    return (
        f"{each['model']:<{width}}  {version:<12}  {each['generation']:>10}  {each['n_samples']:>10}  "
        f"{r2:>7}  {rmse:>10}  {each['at']}"
    )


def details(model: str, alias: Alias, names: list[str]) -> dict[str, Any]:
    """Return all that is known of a model."""
    return {
        "model": model,
        "version": alias.version,
        "generation": alias.generation,
        "at": alias.at,
        "cause": alias.cause,
        "recipe": alias.recipe,
        "excluded": alias.excluded,
        "excluded_count": alias.excluded_count,
        "aliases": names,
        "document": json.loads(alias.model_document) if alias.model_document else None,
    }


def shown(model: str, alias: Alias, names: list[str]) -> str:
    """Return all that is known of a model, as a person reads it."""
    text = [
        f"{model}: version {alias.version or '-'}, generation {alias.generation}, at {alias.at}",
        f"aliases {', '.join(names)}; moved by {alias.cause.get('source', '-')}",
        f"recipe  {json.dumps(alias.recipe)}",
    ]
    if alias.model_document:
        document = decode(alias.model_document)
        text += [figures(document), "", coefficients(document), *warnings(document)]
    return "\n".join([*text, *excluded(alias.excluded)])
