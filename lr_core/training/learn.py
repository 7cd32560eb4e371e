"""Learning one table: its statistic, and what else a version needs to know of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lr_core.cache.objects import Parts, TableStatistic
from lr_core.data.columns import columns
from lr_core.data.rows import Rows
from lr_core.data.suffix import require_readable
from lr_core.errors import Fault, InvalidInput
from lr_core.statistics.statistic import accumulate
from lr_core.training.table import at_hand

if TYPE_CHECKING:
    from lr_core.recipe import Recipe
    from lr_core.training.table import Table

__all__ = ["learn"]


def learn(table: Table, recipe: Recipe) -> TableStatistic:
    """Learn a table.

    Raises
    ------
    InvalidInput
        With the faults of the table, each naming the file, and the line and the column where there is one.
    """
    require_readable(table.key)
    source = at_hand(table)
    read = recipe.columns
    rows = Rows(source, read, recipe.missing)
    pairs = ((chunk[:, :-1], chunk[:, -1]) for chunk in rows)
    try:
        statistic = accumulate(pairs, len(read) - 1, intercept=recipe.intercept)
    except InvalidInput as error:
        raise InvalidInput(named(fault, table.key) for fault in error.faults) from error
    if not statistic.n_samples:
        dropped = f" (missing values took all {rows.n_dropped:,})" if rows.n_dropped else ""
        raise InvalidInput([Fault(f"{table.key}: expected at least one row below the header, found none{dropped}")])
    return TableStatistic(
        key=table.key,
        etag=table.etag,
        digest=source.digest(),
        n_dropped=rows.n_dropped,
        unused=[name for name in columns(source).text if name not in read and name not in recipe.private],
        statistic=Parts.of(statistic),
    )


def named(fault: Fault, key: str) -> Fault:
    """Return a fault that begins with the table's key, as those of cells do."""
    return fault if fault.detail.startswith(key) else replace(fault, detail=f"{key}: {fault.detail}")
