"""What a training is going to publish, and the alias that will say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from lr_core import identity
from lr_core.document import decode
from lr_core.problem import problem
from lr_core.repository.alias import Alias
from lr_core.repository.versions import Learned
from lr_core.training.present import kept_out_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lr_core.cache.objects import Index
    from lr_core.errors import InvalidInput
    from lr_core.recipe import Recipe
    from lr_core.training.learner import Learning
    from lr_core.training.present import Present
    from lr_core.training.table import Table

__all__ = ["Plan", "drafted"]

EXCLUDED_SHOWN = 100
FAULTS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """What a training is going to publish.

    Attributes
    ----------
    recipe
        Complete, unless there is no table.
    tables
        Those that are there, in the order of their keys.
    learning
        What they amount to.
    former
        What the training before this one found, or None.
    """

    recipe: Recipe
    tables: Sequence[Table]
    learning: Learning
    former: Index | None

    @property
    def digest(self) -> str:
        """The digest of the version that comes of it."""
        return identity.inputs_digest(self.recipe.to_json(), [(row.key, row.digest) for row in self.learning.rows])

    @property
    def learned(self) -> list[Learned]:
        """The tables that were learned, as a lineage has them."""
        return [Learned(row.key, row.digest, row.n_samples, row.n_dropped) for row in self.learning.rows]


def drafted(plan: Plan, present: Present, listing: str, document: bytes | None) -> Alias:
    """Return the alias that names what was learned, and what was not.

    Parameters
    ----------
    document
        The version's, None where nothing is left to learn from.
    """
    errors = [(table.key, error) for table, error in plan.learning.refused]
    errors += [(table.key, kept_out_error(table.key)) for table in present.kept_out]
    errors.sort(key=lambda each: each[0].encode())
    return Alias(
        version=decode(document).version if document else None,
        listing=listing,
        at="",
        cause={},
        recipe=plan.recipe.to_json(),
        excluded=[excluded(key, error) for key, error in errors[:EXCLUDED_SHOWN]],
        excluded_count=len(errors),
        document=msgspec.Raw(document or b"null"),
    )


def excluded(key: str, error: InvalidInput) -> dict[str, Any]:
    """Return what an alias says of a table that was not learned: its first faults, for predict reads the alias too."""
    said = problem(error)
    return {"key": key, "problem": {**said, "errors": said["errors"][:FAULTS_SHOWN]}}
