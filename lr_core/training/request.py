"""What a training is asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lr_core.document import decode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lr_core.document import Document
    from lr_core.repository.alias import Alias
    from lr_core.repository.aliases import Cause

__all__ = ["TrainRequest", "TrainResult"]


@dataclass(frozen=True, slots=True)
class TrainRequest:
    """A request to train on what is in the bucket.

    Attributes
    ----------
    model
        Whose tables.
    cause
        `source` and `id` of what asks.
    fields
        Fields of a recipe, laid over the one that is stored.
    hyperparameters
        Single hyperparameters to set, where `fields` would replace all.
    """

    model: str
    cause: Cause
    fields: Mapping[str, object] = field(default_factory=dict)
    hyperparameters: Mapping[str, object] = field(default_factory=dict)

    @property
    def changes_recipe(self) -> bool:
        """Tell whether the request says how to train."""
        return bool(self.fields or self.hyperparameters)


@dataclass(frozen=True, slots=True)
class TrainResult:
    """What a training left behind.

    Attributes
    ----------
    model
        The model's name.
    alias
        `latest` as it is now.
    trained
        Whether its version changed.
    """

    model: str
    alias: Alias
    trained: bool

    @property
    def document(self) -> Document:
        """The model document of the alias's version."""
        if self.alias.model_document is None:
            raise ValueError("the alias names no version")
        return decode(self.alias.model_document)

    def to_json(self) -> dict[str, Any]:
        """Return the summary that a client gets."""
        document = self.document
        return {
            "model": self.model,
            "version": document.version,
            "generation": self.alias.generation,
            "coef": document.coef,
            "intercept": document.intercept,
            "evaluation": document.evaluation,
            "n_samples": document.evaluation["n_samples"],
            "trained": self.trained,
            "excluded": self.alias.excluded,
            "warnings": document.warnings,
        }
