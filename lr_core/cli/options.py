"""From the options of a command to what the library takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from lr_core.store import store_of

if TYPE_CHECKING:
    from argparse import Namespace

    from lr_core.repository.aliases import Cause
    from lr_core.settings import Settings
    from lr_core.store import Store

__all__ = ["cause", "hyperparameters", "model_name", "opened", "recipe_fields"]

HYPERPARAMETERS = ("alpha", "eta0", "learning_rate", "epochs", "batch_size", "tol", "seed")


def opened(options: Namespace, settings: Settings) -> Store:
    """Open the store that `--store` names, or the settings."""
    return store_of(settings, options.store)


def model_name(options: Namespace, settings: Settings) -> str:
    """Return the model that a command is about."""
    return str(getattr(options, "name", None) or options.model or settings.model)


def recipe_fields(options: Namespace) -> dict[str, Any]:
    """Return the recipe's fields that were given."""
    given = {
        "target": options.target,
        "features": options.features and [name.strip() for name in options.features.split(",")],
        "intercept": options.intercept,
        "solver": options.solver,
        "missing": options.missing,
        "drop": columns(options.drop),
        "hash": columns(options.hash),
    }
    return {name: value for name, value in given.items() if value is not None}


def columns(text: str | None) -> list[str] | None:
    """Return the columns that an option names; an empty text names none."""
    return [name.strip() for name in text.split(",")] if text else None if text is None else []


def hyperparameters(options: Namespace) -> dict[str, Any]:
    """Return the hyperparameters that were given."""
    return {name: getattr(options, name) for name in HYPERPARAMETERS if getattr(options, name) is not None}


def cause(command: str) -> Cause:
    """Return what an alias records of a command."""
    return {"source": f"lr-sgd {command}", "id": str(uuid4())}
