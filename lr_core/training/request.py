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
    hash_key
        The process's own secret, for the pseudonyms of hashed columns; None where it has none.
    """

    model: str
    cause: Cause
    fields: Mapping[str, object] = field(default_factory=dict)
    hyperparameters: Mapping[str, object] = field(default_factory=dict)
    hash_key: str | None = field(default=None, repr=False)

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
    def document(self) -> Document | None:
        """The model document of the alias's version; None where its last table went."""
        stored = self.alias.model_document
        return decode(stored) if stored else None

    def to_json(self) -> dict[str, Any]:
        """Return the summary that a client gets."""
        document = self.document
        return {
            "model": self.model,
            "version": self.alias.version,
            "generation": self.alias.generation,
            "coef": document.coef if document else None,
            "intercept": document.intercept if document else None,
            "evaluation": document.evaluation if document else None,
            "n_samples": document.evaluation["n_samples"] if document else 0,
            "trained": self.trained,
            "excluded": self.alias.excluded,
            "warnings": document.warnings if document else [],
        }
