"""`lr-sgd check`: what learning a table beside the others would change."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lr_core.cli import options as given
from lr_core.cli.life import pairs
from lr_core.cli.progress import progress
from lr_core.cli.upload import named_tables
from lr_core.errors import InvalidInput
from lr_core.life.difference import between
from lr_core.repository.tables import stored_table
from lr_core.training.check import check as checked
from lr_core.training.request import TrainRequest

if TYPE_CHECKING:
    from argparse import Namespace

    from lr_core.errors import Fault
    from lr_core.settings import Settings
    from lr_core.store import Store
    from lr_core.training.check import Check
    from lr_core.training.table import Table

__all__ = ["check"]


def check(options: Namespace, settings: Settings) -> None:
    """Print what learning a table would change."""
    store, model = given.opened(options, settings), given.model_name(options, settings)
    key, table = named_table(store, model, options.table)
    try:
        request = TrainRequest(model, given.cause("check"), hash_key=settings.hash_key)
        found = checked(store, request, key, table, progress)
    except InvalidInput as error:
        raise InvalidInput(as_typed(fault, key, table.key) for fault in error.faults) from error
    progress("")
    said = described(model, key, found)
    print(json.dumps(said) if options.json else "\n".join(lines(said)))


def as_typed(fault: Fault, key: str, name: str) -> Fault:
    """Return a fault that begins with a table's name as it was typed, in place of its key."""
    return replace(fault, detail=name + fault.detail.removeprefix(key)) if fault.detail.startswith(key) else fault


def named_table(store: Store, model: str, name: str) -> tuple[str, Table]:
    """Return the key that a table has or would have, and the table."""
    files, inside = named_tables(store, model, [name])
    if files:
        return files[0].stored_key, files[0]
    stored = stored_table(store, model, inside[0])
    if stored is None:
        raise InvalidInput.at("", f"there is no {inside[0]} in {store.url}")
    return stored.key, stored


def described(model: str, key: str, found: Check) -> dict[str, Any]:
    """Return what was found as JSON."""
    error = found.error
    return {
        "model": model,
        "table": {
            "key": key,
            "n_samples": found.table.statistic.n_samples,
            "n_dropped": found.table.n_dropped,
            "columns": list(found.columns),
            "unused": found.table.unused,
        },
        "error": None if error is None else {"r2": error.r2, "mse": error.mse, "rmse": error.rmse},
        "versions": [found.before.version if found.before else None, found.after.version],
        **between(found.before, found.after),
    }


def lines(found: dict[str, Any]) -> list[str]:
    """Return the same as lines."""
    table, error = found["table"], found["error"]
    dropped = f" ({table['n_dropped']} more dropped)" if table["n_dropped"] else ""
    text = [f"{table['key']}: {table['n_samples']} rows{dropped}, columns {', '.join(table['columns'])}"]
    text += [f"not used: {', '.join(table['unused'])}"] if table["unused"] else []
    if error is not None:
        r2 = "undefined" if error["r2"] is None else f"{error['r2']:.4f}"
        text.append(f"the present model on these rows: R² {r2}, RMSE {error['rmse']:.6g}")
    before, after = found["versions"]
    return [*text, f"{found['model']}: {before or '-'} → {after}, if it were learned; nothing was kept", *pairs(found)]
