"""`lr-sgd models history|diff|rollback|promote`: a model's past, and pointing its aliases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lr_core.cli import options as given
from lr_core.life import difference, past, point
from lr_core.repository.keys import LATEST

if TYPE_CHECKING:
    from argparse import Namespace

    from lr_core.repository.alias import Alias
    from lr_core.settings import Settings

__all__ = ["diff", "history", "pairs", "promote", "rollback"]


def history(options: Namespace, settings: Settings) -> None:
    """Print a line for each generation of an alias, the present first."""
    store, model = given.opened(options, settings), given.model_name(options, settings)
    rows = [row(alias) for alias in past.history(store, model, options.alias or LATEST)]
    if options.json:
        print(json.dumps(rows))
        return
    print(f"{'GENERATION':>10}  {'VERSION':<12}  {'AT':<24}  CAUSE")
    for each in rows:
        source, version = each["cause"].get("source", "-"), each["version"] or "-"
        print(f"{each['generation']:>10}  {version:<12}  {each['at']:<24}  {source}")


def rollback(options: Namespace, settings: Settings) -> None:
    """Make `latest` what it was."""
    store, model = given.opened(options, settings), given.model_name(options, settings)
    show(options, model, LATEST, point.rollback(store, model, options.target, given.cause("models rollback")))


def promote(options: Namespace, settings: Settings) -> None:
    """Point another alias at a version."""
    store, model = given.opened(options, settings), given.model_name(options, settings)
    alias = options.alias or "production"
    show(options, model, alias, point.promote(store, model, options.version, alias, given.cause("models promote")))


def diff(options: Namespace, settings: Settings) -> None:
    """Print what two versions differ in."""
    store, model = given.opened(options, settings), given.model_name(options, settings)
    found = difference.difference(store, model, options.a, options.b)
    print(json.dumps(found) if options.json else "\n".join(described(found)))


def row(alias: Alias) -> dict[str, Any]:
    """Return what history says of a generation."""
    return {
        "generation": alias.generation,
        "version": alias.version,
        "at": alias.at,
        "cause": alias.cause,
        "recipe": alias.recipe,
        "excluded_count": alias.excluded_count,
    }


def show(options: Namespace, model: str, alias: str, moved: Alias) -> None:
    """Print where an alias points now."""
    if options.json:
        print(json.dumps({"model": model, "alias": alias, **row(moved)}))
    else:
        print(f"{model}: {alias} is version {moved.version or '-'}, generation {moved.generation}")


def described(found: dict[str, Any]) -> list[str]:
    """Return a difference as lines: a value before, an arrow, the value after."""
    lines = [f"{found['model']}: {found['versions'][0]} → {found['versions'][1]}"]
    lines += [f"table {verb}: {key}" for verb, keys in found["tables"].items() for key in keys]
    lines += [f"recipe {name}: {json.dumps(a)} → {json.dumps(b)}" for name, (a, b) in found["recipe"].items()]
    return lines + pairs(found)


def pairs(found: dict[str, Any]) -> list[str]:
    """Return coefficients and figures as lines: a value before, an arrow, the value after."""
    rows = {"intercept": found["intercept"], **found["coef"], **found["evaluation"]}
    return [f"{name:<20} {number(a):>14} → {number(b):>14}" for name, (a, b) in rows.items()]


def number(value: object) -> str:
    """Return a number to six digits; a dash for what is not there."""
    return "-" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
