"""Training on what is in the bucket, by one move of the alias `latest`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from lr_core import identity
from lr_core.document import decode
from lr_core.errors import DatasetNotFound, Fault, InvalidInput
from lr_core.problem import problem
from lr_core.recipe import Recipe, overlay
from lr_core.repository import aliases, versions
from lr_core.repository.alias import Alias
from lr_core.repository.keys import LATEST, data_prefix
from lr_core.repository.tables import StoredTable, list_tables
from lr_core.statistics.tree import merge_tree
from lr_core.training.assemble import Fit, version_parts
from lr_core.training.learner import Learner
from lr_core.training.request import TrainResult
from lr_core.training.solve import solve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lr_core.solvers.solution import Solution
    from lr_core.statistics.statistic import Statistic
    from lr_core.store import Store
    from lr_core.training.learn import LearnedTable
    from lr_core.training.request import TrainRequest
    from lr_core.training.table import Table

__all__ = ["Training", "overlaid", "stored_recipe", "train"]

EXCLUDED_SHOWN = 100
FAULTS_SHOWN = 10


def train(store: Store, request: TrainRequest, jobs: int = 1) -> TrainResult:
    """Train a model on its tables and move its alias `latest`.

    Where nothing changed since the last training there is nothing to do, and the result says so. A table that cannot
    be learned is left out and named; the others go on.

    Parameters
    ----------
    jobs
        How many tables are read at once.

    Raises
    ------
    DatasetNotFound
        The bucket has no table for the model.
    InvalidInput
        The recipe cannot be; no table can be learned; or a new recipe would leave out a table that counts today.
    TrainingDiverged
        The solver's hyperparameters do not suit the data.
    StoreUnavailable
        The store did not answer; nothing is half-written.
    """
    training = Training(store, request, Learner(jobs=jobs))
    alias, _ = aliases.move(store, request.model, LATEST, request.cause, training.successor)
    return TrainResult(request.model, alias, alias.version != training.version_before)


def overlaid(recipe: Recipe, request: TrainRequest) -> Recipe:
    """Return a recipe with what a request says laid over it."""
    changed = overlay(recipe, request.fields)
    if not request.hyperparameters:
        return changed
    return overlay(changed, {"hyperparameters": {**changed.hyperparameters, **request.hyperparameters}})


def stored_recipe(alias: Alias | None, request: TrainRequest) -> Recipe:
    """Return the recipe of an alias with what a request says laid over it."""
    stored = alias.recipe if alias and alias.recipe else {}
    return overlaid(overlay(Recipe(), stored), request)


def excluded(key: str, error: InvalidInput) -> dict[str, Any]:
    """Return what an alias says of a table that was not learned: its first faults, for predict reads the alias too."""
    said = problem(error)
    return {"key": key, "problem": {**said, "errors": said["errors"][:FAULTS_SHOWN]}}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a training is going to publish.

    Attributes
    ----------
    recipe
        Spelled out.
    tables, learned, refused
        All tables in the order of their keys, those that were learned, and why the others were not.
    """

    recipe: Recipe
    tables: Sequence[Table]
    learned: Sequence[LearnedTable]
    refused: Sequence[tuple[str, InvalidInput]]


class Training:
    """One training, which looks at the bucket as often as the move of the alias starts over."""

    def __init__(self, store: Store, request: TrainRequest, learner: Learner) -> None:
        self._store = store
        self._request = request
        self._learner = learner
        self.version_before: str | None = None

    def successor(self, current: Alias | None) -> Alias | None:
        """Return what `latest` is to be, or None where it is that already."""
        self.version_before = current.version if current else None
        recipe = stored_recipe(current, self._request)  # what is wrong with a request is said before tables are read
        tables = self._tables()
        if not tables and not (current and current.version):
            raise self._no_tables()
        recipe = self._learner.complete(recipe, tables) if tables else recipe
        listing = identity.listing_digest(recipe.to_json(), [(table.key, table.etag) for table in tables])
        if current is not None and current.listing == listing:
            return None
        plan = self.plan(current, tables)
        document = self._version(plan) if plan.learned else None
        return Alias(
            version=decode(document).version if document else None,
            listing=listing,
            at="",
            cause=self._request.cause,
            recipe=recipe.to_json(),
            excluded=[excluded(key, error) for key, error in plan.refused[:EXCLUDED_SHOWN]],
            excluded_count=len(plan.refused),
            document=msgspec.Raw(document or b"null"),
        )

    def plan(self, current: Alias | None, tables: Sequence[Table]) -> Plan:
        """Return what is learned from tables, beside what an alias is.

        Raises
        ------
        InvalidInput
            The recipe cannot be, or a table would be lost to it or to a bad one in its place; see `_keep_what_counts`.
        """
        recipe = stored_recipe(current, self._request)
        recipe = self._learner.complete(recipe, tables) if tables else recipe
        plan = Plan(recipe, tables, *self._learner.learn(tables, recipe))
        self._keep_what_counts(current, plan)
        return plan

    def solve(self, plan: Plan) -> tuple[Statistic, Solution]:
        """Return the statistic of what was learned, and the coefficients."""
        statistic = merge_tree({table.key: table.statistic for table in plan.learned})
        keys = {table.key for table in plan.learned}
        return statistic, solve(plan.recipe, statistic, [table for table in plan.tables if table.key in keys])

    def _tables(self) -> list[StoredTable]:
        return [StoredTable(self._store, item) for item in list_tables(self._store, self._request.model)]

    def _no_tables(self) -> DatasetNotFound:
        prefix = data_prefix(self._request.model)
        return DatasetNotFound([Fault(f"expected a table such as {prefix}table.csv in the bucket, found none")])

    def _keep_what_counts(self, current: Alias | None, plan: Plan) -> None:
        """Check that no table of today's version is lost but by its removal.

        Raises
        ------
        InvalidInput
            Nothing can be learned, though every table of the version is there, be it with other bytes; or a request's
            recipe would leave out a table that counts.
        """
        is_same = current is not None and current.recipe == plan.recipe.to_json()
        if not plan.refused or (plan.learned and is_same):
            return
        held = self._held(current)
        gone = held - {table.key for table in plan.tables}
        faults = [fault for key, error in plan.refused if not plan.learned or key in held for fault in error.faults]
        if faults and (plan.learned or not gone):
            raise InvalidInput(faults)

    def _held(self, current: Alias | None) -> set[str]:
        """Return the keys of the tables that today's version was learned from."""
        if current is None or current.version is None:
            return set()
        lineage = versions.read_lineage(self._store, self._request.model, current.version)
        return {table.key for table in lineage.tables}

    def _version(self, plan: Plan) -> bytes:
        """Return the model document of what was learned, solved where it was not before."""
        model = self._request.model
        digest = identity.inputs_digest(plan.recipe.to_json(), [(table.key, table.digest) for table in plan.learned])
        found = versions.find(self._store, model, digest)
        if found is not None:
            return found
        fit = Fit(model, digest, plan.recipe, plan.learned, *self.solve(plan))
        return versions.create(self._store, model, digest, version_parts(fit))
