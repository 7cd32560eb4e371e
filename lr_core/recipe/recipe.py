"""How a model is trained."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from lr_core.errors import Fault, InvalidInput
from lr_core.recipe.width import check_width

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lr_core.data.columns import Columns

__all__ = ["Recipe", "complete"]

Missing = Literal["refuse", "drop"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is trained.

    Attributes
    ----------
    target
        The column to predict; None until there is a table, then its last column.
    features
        The columns to predict it from, in the order of a positional row; None until there is a table, then its other
        numeric columns.
    intercept
        Whether a constant is fitted.
    solver
        `exact` or `sgd`.
    hyperparameters
        The solver's own, spelled out.
    missing
        What a missing value does: `refuse` its table, or `drop` its row.
    unseen
        What a level that training never saw does to a prediction; `refuse` it is.
    """

    target: str | None = None
    features: tuple[str, ...] | None = None
    intercept: bool = True
    solver: str = "exact"
    hyperparameters: Mapping[str, float | int | str] = field(default_factory=dict)
    missing: Missing = "refuse"
    unseen: str = "refuse"

    @property
    def is_complete(self) -> bool:
        """Tell whether target and features are known."""
        return self.target is not None and self.features is not None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that training reads: the features, and the target last."""
        if self.target is None or self.features is None:
            raise ValueError("the recipe is not complete")
        return (*self.features, self.target)

    def to_json(self) -> dict[str, object]:
        """Return the recipe as stored and hashed; a number's type is left out."""
        features = None if self.features is None else [{"name": name} for name in self.features]
        return {
            "target": self.target,
            "features": features,
            "intercept": self.intercept,
            "solver": self.solver,
            "hyperparameters": dict(self.hyperparameters),
            "missing": self.missing,
            "unseen": self.unseen,
        }


def complete(recipe: Recipe, columns: Columns, key: str) -> Recipe:
    """Return the recipe with target and features by default, from the columns of a table.

    Raises
    ------
    InvalidInput
        The table has no numeric column beside the target, or too many.
    """
    target = columns.header[-1] if recipe.target is None else recipe.target
    features = recipe.features
    if features is None:
        features = tuple(name for name in columns.numeric if name != target)
        check_width(len(features), f"{key}: ")
    if target in features:
        raise InvalidInput.at("/features", f"column {target!r} is the target; it cannot be a feature too")
    if not features:
        raise InvalidInput([Fault(f"{key}: expected rows with a number beside the target {target!r}, found none")])
    return replace(recipe, target=target, features=features)
