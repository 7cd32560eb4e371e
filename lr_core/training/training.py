"""One training: from the alias as it is to what it is to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core import identity
from lr_core.cache.index import find_index, needed, tables_of
from lr_core.errors import DatasetNotFound, Fault, InvalidInput
from lr_core.recipe import redaction
from lr_core.redaction import redacting
from lr_core.repository import versions
from lr_core.repository.forgotten import overwrite
from lr_core.repository.keys import data_prefix, version_of
from lr_core.repository.marks import Marks
from lr_core.training.asked import stored_recipe
from lr_core.training.assemble import Fit, version_parts
from lr_core.training.learner import Learner
from lr_core.training.plan import Plan, drafted
from lr_core.training.present import kept_out_error, look
from lr_core.training.solve import solve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lr_core.cache.cache import Cache
    from lr_core.cache.objects import TableStatistic
    from lr_core.repository.alias import Alias
    from lr_core.solvers.solution import Solution
    from lr_core.statistics.statistic import Statistic
    from lr_core.store import Store
    from lr_core.training.present import Present
    from lr_core.training.request import TrainRequest
    from lr_core.training.table import Table

__all__ = ["Training"]


class Training:
    """One training, which looks at the bucket as often as the move of the alias starts over.

    Parameters
    ----------
    cache
        What is known under `statistics/`; where it keeps nothing, the training writes nothing at all.
    progress, jobs
        As for `Learner`.
    """

    def __init__(
        self,
        store: Store,
        request: TrainRequest,
        cache: Cache,
        progress: Callable[[str], None] = lambda _text: None,
        jobs: int = 1,
    ) -> None:
        self._store = store
        self._request = request
        self._cache = cache
        self._progress = progress
        self._learner = Learner(
            cache, progress, jobs, keeps_refusals=not request.changes_recipe, hash_key=request.hash_key
        )
        self._written: list[Plan] = []
        self.version_before: str | None = None

    def successor(self, current: Alias | None, *, anew: bool = False) -> Alias | None:
        """Return what `latest` is to be, or None where it is that already.

        Parameters
        ----------
        anew
            Look also where the tables and the recipe are those that the alias saw.
        """
        try:
            return self._successor(current, anew=anew)
        except InvalidInput:
            if self._request.changes_recipe:
                self._cache.discard()  # a recipe that cannot be leaves no trace
            raise

    def _successor(self, current: Alias | None, *, anew: bool) -> Alias | None:
        self.version_before = current.version if current else None
        recipe = stored_recipe(current, self._request)  # what is wrong with a request is said before tables are read
        marks = Marks(self._store, self._request.model)
        self._take_back(marks)
        present = look(self._store, self._request.model, marks)
        if not present.tables and not (current and current.version):
            raise self._nothing_to_learn(present)
        recipe = self._learner.complete(recipe, present.tables) if present.tables else recipe
        listing = identity.listing_digest(recipe.to_json(), present.listing)
        if current is not None and current.listing == listing and not anew:
            return None
        plan = self.plan(current, present.tables)
        document = self._version(plan) if plan.learning.rows else None
        self._remember(plan, current, listing)
        return drafted(plan, present, listing, document)

    def plan(self, current: Alias | None, tables: Sequence[Table]) -> Plan:
        """Return what is learned from tables, beside what an alias is.

        Raises
        ------
        InvalidInput
            The recipe cannot be, or a table would be lost to it or to a bad one in its place; see `_keep_what_counts`.
        """
        recipe = stored_recipe(current, self._request)
        recipe = self._learner.complete(recipe, tables) if tables else recipe
        former = find_index(self._cache, current)
        plan = Plan(recipe, tables, self._learner.learn(tables, recipe, former), former)
        self._keep_what_counts(current, plan)
        return plan

    def solve(self, plan: Plan) -> tuple[Statistic, Solution]:
        """Return the statistic of what was learned, and the coefficients."""
        statistic = self._learner.merge(plan.learning, plan.recipe, plan.former)
        self._progress("solving")
        with redacting(redaction(plan.recipe, self._request.hash_key)):  # some solvers read the tables again
            return statistic, solve(plan.recipe, statistic, list(plan.learning.tables.values()))

    def statistic(self, plan: Plan, table: Table) -> TableStatistic:
        """Return what one of the tables amounts to that were learned."""
        return self._learner.statistic(table, plan.recipe)

    def parts(self, plan: Plan) -> tuple[bytes, bytes, bytes]:
        """Return the three objects of what was learned, solved anew."""
        statistic, solution = self.solve(plan)
        rows = plan.learning.rows
        return version_parts(Fit(self._request.model, plan.digest, plan.recipe, rows, statistic, solution))

    def _nothing_to_learn(self, present: Present) -> InvalidInput:
        if present.kept_out:
            return InvalidInput(fault for table in present.kept_out for fault in kept_out_error(table.key).faults)
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
        refused, has_learned = plan.learning.refused, bool(plan.learning.rows)
        is_same = current is not None and current.recipe == plan.recipe.to_json()
        if not refused or (has_learned and is_same):
            return
        held = self._held(current)
        gone = held - {table.key for table in plan.tables}
        faults = [fault for table, error in refused if not has_learned or table.key in held for fault in error.faults]
        if faults and (has_learned or not gone):
            raise InvalidInput(faults)

    def _held(self, current: Alias | None) -> set[str]:
        """Return the keys of the tables that today's version was learned from."""
        if current is None or current.version is None:
            return set()
        lineage = versions.read_lineage(self._store, self._request.model, current.version)
        return {table.key for table in lineage.tables}

    def _version(self, plan: Plan) -> bytes:
        """Return the model document of what was learned, solved where it was not before."""
        model, digest = self._request.model, plan.digest
        found = versions.find(self._store, model, digest)
        if found is not None:
            self._learner.merge(plan.learning, plan.recipe, plan.former)  # the next one merges only what differs
            return found
        parts = self.parts(plan)
        if not self._cache.keeps:
            return parts[-1]
        self._written.append(plan)
        return versions.create(self._store, model, digest, parts)

    def _take_back(self, marks: Marks) -> None:
        """Overwrite what this training wrote before it lost a swap, where a table of it was forgotten meanwhile."""
        for plan in self._written:
            mark = marks.named(plan.learned)
            if mark is not None:
                overwrite(self._store, self._request.model, version_of(plan.digest), mark)

    def _remember(self, plan: Plan, current: Alias | None, listing: str) -> None:
        """Keep the index of what was learned, and clear away what only former tables needed."""
        index = plan.learning.index()
        self._cache.put(identity.index_name(listing), index)
        there = {(table.key, table.etag) for table in plan.tables}
        former = plan.former
        only_came = former is not None and former.reading == index.reading and tables_of(former) <= there
        before = needed(former, current.listing) if former and only_came and current and current.listing else None
        self._cache.clear(needed(index, listing), before)
