"""The model document, `model.json`: a linear model with where it came from and how good it is, as JSON bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lr_core.model import LinearModel

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EVALUATION", "Document", "decode", "encode"]

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

    def to_model(self) -> LinearModel:
        """Return what predicts."""
        return LinearModel(tuple(self.feature_names), tuple(self.coef), self.intercept)


def encode(document: Document) -> bytes:
    """Return the document as JSON; doubles read back bit for bit."""
    return msgspec.json.encode(document)


def decode(data: bytes) -> Document:
    """Read a document.

    Raises
    ------
    ValueError
        It is of a newer format, or no document at all.
    """
    document = DECODER.decode(data)
    if document.format != FORMAT:
        raise ValueError(f"expected a model document of format {FORMAT}, found {document.format}")
    return document


DECODER = msgspec.json.Decoder(Document)
