"""`lr-sgd fit`: from files to a published model."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lr_core.cli import options as given
from lr_core.cli.progress import progress
from lr_core.cli.summary import summary
from lr_core.cli.upload import local_tables, upload
from lr_core.errors import InvalidInput
from lr_core.repository import aliases
from lr_core.repository.tables import StoredTable, list_tables
from lr_core.training.learner import Learner
from lr_core.training.request import TrainRequest
from lr_core.training.train import LATEST, stored_recipe, train

if TYPE_CHECKING:
    from argparse import Namespace

    from lr_core.cli.upload import LocalTable
    from lr_core.settings import Settings
    from lr_core.store import Store

__all__ = ["fit"]


def fit(options: Namespace, settings: Settings) -> None:
    """Check the tables, copy them into the store, train on all that is there, and print what came out."""
    store, model = given.opened(options, settings), given.model_name(options, settings)
    request = TrainRequest(model, given.cause("fit"), given.recipe_fields(options), given.hyperparameters(options))
    tables = local_tables(store, model, options.data)
    check(store, request, tables)
    upload(store, tables, replaces=options.replace)
    progress("training")
    result = train(store, request)
    progress("")
    if options.json:
        sys.stdout.buffer.write((result.alias.model_document or b"") + b"\n")
    else:
        print(summary(result))


def check(store: Store, request: TrainRequest, tables: list[LocalTable]) -> None:
    """Learn the tables beside those of the store, keeping nothing.

    Raises
    ------
    InvalidInput
        With the faults of all tables.
    """
    ours = {table.stored_key for table in tables}
    others = [item for item in list_tables(store, request.model) if item.key not in ours]
    beside = {item.key: StoredTable(store, item) for item in others}
    together = beside | {table.stored_key: table for table in tables}
    learner = Learner(progress)
    stored = stored_recipe(aliases.read(store, request.model, LATEST), request)
    if not together:
        return
    recipe = learner.complete(stored, [together[key] for key in sorted(together, key=str.encode)])
    _, refused = learner.learn(tables, recipe)
    if refused:
        raise InvalidInput(fault for _, error in refused for fault in error.faults)
