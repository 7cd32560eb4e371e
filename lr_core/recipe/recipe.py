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
    drop, hash
        Columns that name people, sorted: those whose cells nothing is to see, and those of whose cells nothing but
        pseudonyms is to be seen. Neither can be the target or a number to predict from.
    """

    target: str | None = None
    features: tuple[str, ...] | None = None
    intercept: bool = True
    solver: str = "exact"
    hyperparameters: Mapping[str, float | int | str] = field(default_factory=dict)
    missing: Missing = "refuse"
    unseen: str = "refuse"
    drop: tuple[str, ...] = ()
    hash: tuple[str, ...] = ()

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

    @property
    def private(self) -> frozenset[str]:
        """The columns whose cells nobody may be shown."""
        return frozenset((*self.drop, *self.hash))

    def to_json(self) -> dict[str, object]:
        """Return the recipe as stored and hashed; a number's type is left out, and so are no private columns."""
        private = {"drop": list(self.drop), "hash": list(self.hash)}
        features = None if self.features is None else [{"name": name} for name in self.features]
        return {
            "target": self.target,
            "features": features,
            "intercept": self.intercept,
            "solver": self.solver,
            "hyperparameters": dict(self.hyperparameters),
            "missing": self.missing,
            "unseen": self.unseen,
            **{field: names for field, names in private.items() if names},
        }


def complete(recipe: Recipe, columns: Columns, key: str) -> Recipe:
    """Return the recipe with target and features by default, from the columns of a table.

    Raises
    ------
    InvalidInput
        The table lacks a private column, has no numeric column beside the target, or too many.
    """
    require_private(recipe, columns, key)
    target = last_column(recipe, columns, key) if recipe.target is None else recipe.target
    features = recipe.features
    if features is None:
        features = tuple(name for name in columns.numeric if name != target and name not in recipe.private)
        check_width(len(features), f"{key}: ")
    if target in features:
        raise InvalidInput.at("/features", f"column {target!r} is the target; it cannot be a feature too")
    if not features:
        raise InvalidInput([Fault(f"{key}: expected rows with a number beside the target {target!r}, found none")])
    return replace(recipe, target=target, features=features)


def require_private(recipe: Recipe, columns: Columns, key: str) -> None:
    """Check that a table has all private columns by their names.

    Where they are spelled otherwise, or there is no header, what was to stay out would be learned by default.
    """
    faults = [
        Fault(
            f"{key}: expected the column {name!r}, which the recipe {verb}, found none: under another name it would be "
            "learned by default; name the target and the features",
            f"/{field}",
        )
        for field, verb, names in (("drop", "drops", recipe.drop), ("hash", "hashes", recipe.hash))
        for name in names
        if name not in columns.header
    ]
    if faults:
        raise InvalidInput(faults)


def last_column(recipe: Recipe, columns: Columns, key: str) -> str:
    """Return the last column that is not private: the target by default."""
    for name in reversed(columns.header):
        if name not in recipe.private:
            return name
    raise InvalidInput([Fault(f"{key}: expected a column beside those that are dropped or hashed, found none")])
