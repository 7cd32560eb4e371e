"""Learning the tables of a model: each once, the bad ones set apart."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from lr_core.data.columns import columns
from lr_core.data.faults import line_faults
from lr_core.data.suffix import require_readable
from lr_core.errors import InvalidInput
from lr_core.recipe import complete
from lr_core.training.learn import LearnedTable, learn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lr_core.errors import Fault
    from lr_core.recipe import Recipe
    from lr_core.training.table import Table

__all__ = ["Learner"]


class Learner:
    """Learns tables, each once for the recipe's columns; what cannot be learned is remembered too.

    Parameters
    ----------
    progress
        Told what is being read.
    jobs
        How many tables are read at once.
    """

    def __init__(self, progress: Callable[[str], None] = lambda _text: None, jobs: int = 1) -> None:
        self._progress = progress
        self._jobs = jobs
        self._seen: dict[tuple[object, ...], LearnedTable | InvalidInput] = {}

    def complete(self, recipe: Recipe, tables: Sequence[Table]) -> Recipe:
        """Return a recipe with target and features, by default those of the first table that can be learned.

        Raises
        ------
        InvalidInput
            With the faults of all tables, where none can be learned.
        """
        if recipe.is_complete:
            return recipe
        faults: list[Fault] = []
        for table in tables:
            try:
                candidate = self._candidate(recipe, table)
            except InvalidInput as error:
                faults += error.faults
                continue
            found = self._learn(table, candidate)
            if isinstance(found, LearnedTable):
                return candidate
            faults += found.faults
        raise InvalidInput(faults)

    def _candidate(self, recipe: Recipe, table: Table) -> Recipe:
        """Return what a recipe is by a table's columns; where none is of numbers, name the cells that decided it."""
        require_readable(table.key)
        found = columns(table)
        try:
            return complete(recipe, found, table.key)
        except InvalidInput as error:
            of_request = any(fault.pointer for fault in error.faults)
            cells = [] if of_request else line_faults(table, found.text, recipe.missing)[: len(found.text)]
            raise InvalidInput(cells or error.faults) from error

    def learn(
        self, tables: Sequence[Table], recipe: Recipe
    ) -> tuple[list[LearnedTable], list[tuple[str, InvalidInput]]]:
        """Return what was learned, and the keys of the tables that cannot be, with why; each in the order given."""
        with ThreadPoolExecutor(self._jobs) as pool:
            found = list(pool.map(lambda table: (table.key, self._learn(table, recipe)), tables))
        learned = [each for _, each in found if isinstance(each, LearnedTable)]
        return learned, [(key, each) for key, each in found if isinstance(each, InvalidInput)]

    def _learn(self, table: Table, recipe: Recipe) -> LearnedTable | InvalidInput:
        name = (table.key, table.etag, recipe.columns, recipe.missing, recipe.intercept)
        if name not in self._seen:
            self._progress(f"reading {table.key}")
            try:
                self._seen[name] = learn(table, recipe)
            except InvalidInput as error:
                self._seen[name] = error
        return self._seen[name]
