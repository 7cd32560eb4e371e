"""Model documents for tests that train nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lr_core import document
from lr_core.document import EVALUATION, Document
from lr_core.repository import aliases
from lr_core.repository.alias import Alias

if TYPE_CHECKING:
    from lr_core.store import Store


def described(model: str, digest: str, coef: float = 1.0, intercept: float = 0.0) -> bytes:
    """Return the document of a model y = intercept + coef·x, named by the first twelve digits of a digest."""
    made = Document(
        model=model,
        version=digest[:12],
        digest=digest,
        numerics=1,
        library="2.0.0",
        solver="exact",
        hyperparameters={},
        target="y",
        features=[{"name": "x"}],
        feature_names=["x"],
        feature_means=[0.0],
        coef=[coef],
        intercept=intercept,
        evaluation=dict(EVALUATION),
    )
    return document.encode(made)


def publish(store: Store, version: str = "v1", model: str = "m") -> None:
    """Move `latest` of a model to a version that nothing was learned for."""
    draft = Alias(version=version, at="", cause={}, recipe={}, document=msgspec.Raw(described(model, version)))
    aliases.move(store, model, "latest", {}, lambda _current: draft)
