"""The model document, `model.json`: a linear model with where it came from and how good it is, as JSON bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lr_core.errors import ModelForgotten
from lr_core.model import LinearModel
from lr_core.redaction import Redaction

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EVALUATION", "Document", "Forgotten", "decode", "encode", "encode_forgotten", "forgotten"]

FORMAT = 1

EVALUATION: Mapping[str, None] = dict.fromkeys(
    (
        "n_samples",
        "n_tables",
        "df_resid",
        "r2",
        "adjusted_r2",
        "mse",
        "rmse",
        "residual_std",
        "f_statistic",
        "f_p_value",
        "log_likelihood",
        "aic",
        "bic",
        "condition_number",
        "standard_errors",
        "t_values",
        "p_values",
        "variance_inflation",
        "cross_validated_rmse",
    )
)
"""The keys of `evaluation`, in order; null where a figure is not computed or not defined."""


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of a version; the fields stand in the order in which they are written.

    Attributes
    ----------
    version, digest
        The first 12 digits, and all, of the hash of what the model was learned from.
    numerics, library
        The number of the arithmetic, and the release of this library, that made it.
    features
        The recipe's features, with the levels of a category.
    drop, hash
        The recipe's private columns; not there where it has none.
    feature_names, feature_means, coef
        Columns of the design matrix, their means over the rows and their coefficients; each of shape (n_features,).
    """

    format: int = FORMAT
    model: str
    version: str
    digest: str
    numerics: int
    library: str
    solver: str
    hyperparameters: dict[str, Any]
    target: str
    features: list[dict[str, Any]]
    feature_names: list[str]
    feature_means: list[float]
    coef: list[float]
    intercept: float
    evaluation: dict[str, Any]
    warnings: list[str] = []
    drop: list[str] | msgspec.UnsetType = msgspec.UNSET
    hash: list[str] | msgspec.UnsetType = msgspec.UNSET

    @property
    def private(self) -> list[str]:
        """The columns that are dropped or hashed."""
        return [*(self.drop or ()), *(self.hash or ())]

    @property
    def redaction(self) -> Redaction | None:
        """What messages about rows for this model may quote; None for everything."""
        private = self.private
        return Redaction(frozenset((*self.feature_names, self.target, *private))) if private else None

    def to_model(self) -> LinearModel:
        """Return what predicts."""
        return LinearModel(tuple(self.feature_names), tuple(self.coef), self.intercept)


class Forgotten(msgspec.Struct, frozen=True):
    """What stands in place of a document that a forgotten table was part of: which table, when, and by what."""

    key: str
    at: str
    cause: dict[str, str]


class Tombstone(msgspec.Struct, frozen=True, kw_only=True):
    """A forgotten document as it is stored."""

    format: int = FORMAT
    forgotten: Forgotten


def encode(document: Document) -> bytes:
    """Return the document as JSON; doubles read back bit for bit."""
    return msgspec.json.encode(document)


def decode(data: bytes) -> Document:
    """Read a document.

    Raises
    ------
    ModelForgotten
        A forgotten table was part of it.
    ValueError
        It is of a newer format, or no document at all.
    """
    try:
        document = DECODER.decode(data)
    except msgspec.ValidationError:
        if found := forgotten(data):
            raise ModelForgotten(f"the version was forgotten with {found.key}, at {found.at}") from None
        raise
    if document.format != FORMAT:
        raise ValueError(f"expected a model document of format {FORMAT}, found {document.format}")
    return document


def encode_forgotten(found: Forgotten) -> bytes:
    """Return what is stored in place of a document, or of what its intervals need."""
    return msgspec.json.encode(Tombstone(forgotten=found))


def forgotten(data: bytes) -> Forgotten | None:
    """Return which table took a document with it; None where it is there."""
    try:
        return TOMBSTONE.decode(data).forgotten
    except msgspec.DecodeError:
        return None


TOMBSTONE = msgspec.json.Decoder(Tombstone)
DECODER = msgspec.json.Decoder(Document)
