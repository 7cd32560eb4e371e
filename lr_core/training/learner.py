"""Learning the tables of a model: each once, the bad ones set apart."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lr_core.cache.merging import merged
from lr_core.cache.objects import Index, Refusal, Row, TableStatistic
from lr_core.data.columns import columns
from lr_core.data.faults import line_faults
from lr_core.data.suffix import require_readable
from lr_core.errors import InvalidInput
from lr_core.identity import reading_digest, statistic_name
from lr_core.recipe import complete, redaction
from lr_core.redaction import redacting
from lr_core.statistics.tree import grow
from lr_core.telemetry.metrics import TABLES
from lr_core.training.learn import learn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lr_core.cache.cache import Cache
    from lr_core.errors import Fault
    from lr_core.recipe import Recipe
    from lr_core.statistics.statistic import Statistic
    from lr_core.statistics.tree import Node
    from lr_core.training.table import Table

__all__ = ["Learner", "Learning"]

LEARNED, REFUSED = ("learned",), ("refused",)


@dataclass(frozen=True, slots=True)
class Learning:
    """What tables amount to under one recipe.

    Attributes
    ----------
    reading
        How they were read, see `lr_core.identity.reading_digest`.
    tables
        Those that were learned, by the name of their statistic, in the order of their keys.
    rows
        What is known of each of them, in the same order.
    refused
        Those that cannot be learned, with why.
    """

    reading: str
    tables: dict[str, Table]
    rows: list[Row]
    refused: list[tuple[Table, InvalidInput]] = field(default_factory=list)

    @property
    def tree(self) -> Node | None:
        """The order in which the statistics are merged."""
        return grow({table.key: name for name, table in self.tables.items()}) if self.tables else None

    def index(self) -> Index:
        """Return what the next training needs to know of all this."""
        refused = [(table.key, table.etag) for table, _ in self.refused]
        tree = self.tree
        return Index(reading=self.reading, learned=self.rows, refused=refused, root=tree.name if tree else None)


class Learner:
    """Learns tables, each once for the recipe's columns; what cannot be learned is remembered too.

    Parameters
    ----------
    cache
        Where what was learned before is found.
    progress
        Told what is being read.
    jobs
        How many tables are read at once.
    keeps_refusals
        Whether a table that cannot be learned is remembered; not for a recipe that is not yet the model's.
    hash_key
        For pseudonyms in messages about tables with hashed columns.
    """

    def __init__(
        self,
        cache: Cache,
        progress: Callable[[str], None] = lambda _text: None,
        jobs: int = 1,
        *,
        keeps_refusals: bool = True,
        hash_key: str | None = None,
    ) -> None:
        self._cache = cache
        self._progress = progress
        self._jobs = jobs
        self._keeps_refusals = keeps_refusals
        self._hash_key = hash_key
        self._refused: dict[str, Refusal] = {}

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
            found = self._learn(table, candidate, reading_digest(candidate.to_json()))
            if isinstance(found, Row):
                return candidate
            faults += found.faults
        raise InvalidInput(faults)

    def _candidate(self, recipe: Recipe, table: Table) -> Recipe:
        """Return what a recipe is by a table's columns; where none is of numbers, name the cells that decided it."""
        require_readable(table.key)
        with redacting(redaction(recipe, self._hash_key)):
            found = columns(table)
            try:
                return complete(recipe, found, table.key)
            except InvalidInput as error:
                of_request = any(fault.pointer for fault in error.faults)
                text = [name for name in found.text if name not in recipe.private]
                cells = [] if of_request else line_faults(table, text, recipe.missing)[: len(text)]
                raise InvalidInput(cells or error.faults) from error

    def learn(self, tables: Sequence[Table], recipe: Recipe, former: Index | None = None) -> Learning:
        """Return what tables amount to.

        Parameters
        ----------
        tables
            In the order of their keys.
        former
            What a former training found: what it read the same way need not be read again.
        """
        reading = reading_digest(recipe.to_json())
        known = {(row.key, row.etag): row for row in former.learned} if former and former.reading == reading else {}

        def outcome(table: Table) -> Row | InvalidInput:
            return known.get((table.key, table.etag)) or self._learn(table, recipe, reading)

        found = list(zip(tables, self._each(outcome, tables), strict=True))
        learned = [(table, row) for table, row in found if isinstance(row, Row)]
        return Learning(
            reading,
            {statistic_name(reading, table.key, table.etag): table for table, _ in learned},
            [row for _, row in learned],
            [(table, error) for table, error in found if isinstance(error, InvalidInput)],
        )

    def _each(
        self, outcome: Callable[[Table], Row | InvalidInput], tables: Sequence[Table]
    ) -> Iterable[Row | InvalidInput]:
        if self._jobs == 1:
            return map(outcome, tables)
        with ThreadPoolExecutor(self._jobs) as pool:
            return list(pool.map(outcome, tables))

    def merge(self, learning: Learning, recipe: Recipe, former: Index | None = None) -> Statistic:
        """Return the statistic of all tables that were learned, at least one.

        Parameters
        ----------
        former
            What a former training found: only what differs from it is merged again.
        """
        tree = learning.tree
        if tree is None:
            raise ValueError("expected at least one table that was learned")
        root = former.root if former and former.reading == learning.reading else None
        return merged(
            self._cache, tree, root, lambda name: self.statistic(learning.tables[name], recipe).statistic.whole()
        )

    def statistic(self, table: Table, recipe: Recipe) -> TableStatistic:
        """Return what a table amounts to that was learned.

        Raises
        ------
        InvalidInput
            It cannot be learned after all.
        """
        name = statistic_name(reading_digest(recipe.to_json()), table.key, table.etag)
        found = self._cache.find(name, TableStatistic) or self._read(table, recipe, name)
        if isinstance(found, Refusal):
            raise found.error
        return found

    def _learn(self, table: Table, recipe: Recipe, reading: str) -> Row | InvalidInput:
        """Return what is known of a table, or why it cannot be learned."""
        name = statistic_name(reading, table.key, table.etag)
        found = self._refused.get(name) or self._cache.get(name)
        if not isinstance(found, TableStatistic | Refusal):
            found = self._read(table, recipe, name)
        return found.error if isinstance(found, Refusal) else found.row

    def _read(self, table: Table, recipe: Recipe, name: str) -> TableStatistic | Refusal:
        """Learn a table from its bytes, and remember what came out."""
        self._progress(f"reading {table.key}")
        try:
            with redacting(redaction(recipe, self._hash_key)):
                found: TableStatistic | Refusal = learn(table, recipe)
        except InvalidInput as error:
            faults = [(fault.detail, fault.pointer) for fault in error.faults]
            found = self._refused[name] = Refusal(key=table.key, etag=table.etag, faults=faults)
        TABLES.add(LEARNED if isinstance(found, TableStatistic) else REFUSED)
        if isinstance(found, TableStatistic) or self._keeps_refusals:
            self._cache.put(name, found)
        return found
