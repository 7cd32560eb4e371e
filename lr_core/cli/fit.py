"""`lr-sgd fit`: from files to a published model."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lr_core.cli import options as given
from lr_core.cli.progress import progress
from lr_core.cli.summary import summary
from lr_core.cli.upload import LocalTable, named_tables, upload
from lr_core.repository.tables import StoredTable, list_tables
from lr_core.training.request import TrainRequest
from lr_core.training.train import train
from lr_core.training.trial import Trial

if TYPE_CHECKING:
    from argparse import Namespace

    from lr_core.cli.upload import LocalTable
    from lr_core.settings import Settings
    from lr_core.store import Store

__all__ = ["fit"]


def fit(options: Namespace, settings: Settings) -> None:
    """Check the tables, copy them into the store, train on all that is there, and print what came out."""
    store, model = given.opened(options, settings), given.model_name(options, settings)
    request = TrainRequest(
        model, given.cause("fit"), given.recipe_fields(options), given.hyperparameters(options), settings.hash_key
    )
    files, inside = named_tables(store, model, options.data)
    check(store, request, files, inside, options.jobs)
    upload(store, files, replaces=options.replace)
    progress("training")
    result = train(store, request, options.jobs)
    progress("")
    if options.json:
        sys.stdout.buffer.write((result.alias.model_document or b"") + b"\n")
    else:
        print(summary(result))


def check(store: Store, request: TrainRequest, files: list[LocalTable], inside: list[str], jobs: int) -> None:
    """Train on the tables beside those of the store, keeping nothing.

    Raises
    ------
    InvalidInput
        With the faults of the tables that were named, or of others that count and that the recipe would leave out.
    TrainingDiverged
        The solver's hyperparameters do not suit the data.
    """
    there = {item.key: StoredTable(store, item) for item in list_tables(store, request.model)}
    named = {table.stored_key: table for table in files} | {key: there[key] for key in inside}
    if not named:
        return  # then the training itself is the check: it changes nothing where it fails
    trial = Trial(store, request, progress, jobs)
    plan = trial.beside(named)
    if plan.recipe.solver != "exact":
        trial.training.solve(plan)  # which may diverge
