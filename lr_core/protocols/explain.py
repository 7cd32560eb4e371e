"""KServe's V1 `:explain`: why a prediction is what it is, feature by feature.

For a linear model the contributions are exact: coef · (x - mean) of each feature, from a base that is the prediction at
the means. They are the Shapley values of the model where features are independent (Lundberg and Lee 2017, corollary 1).
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from lr_core.errors import Fault, InvalidInput
from lr_core.protocols.codec import require_finite
from lr_core.protocols.marks import unmarked
from lr_core.protocols.v1 import V1

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lr_core.document import Document
    from lr_core.model import LinearModel
    from lr_core.protocols.marks import Mark

__all__ = ["explain"]


def explain(document: Document, model: LinearModel, body: bytes, mark: Mark = unmarked) -> dict[str, Any]:
    """Return the JSON value that answers a body: what `:predict` says, and an explanation of each instance.

    Raises
    ------
    MalformedRequest, InvalidInput
        With all faults of the body, or every row whose prediction, or explanation, a double cannot hold.
    """
    rows = V1.decode(body, model.feature_names)
    mark("decode")
    predictions = model.predict(rows)
    require_finite(predictions, V1.place)
    (base,) = model.predict([document.feature_means])
    explained = [contributions(document, row) for row in rows]
    require_explainable(base, explained)
    mark("compute", len(predictions))
    names = document.feature_names
    explanations = [{"base": base, "contributions": dict(zip(names, each, strict=True))} for each in explained]
    return {"predictions": predictions, "explanations": explanations}


def contributions(document: Document, row: Sequence[float]) -> list[float]:
    """Return what each feature of a row contributes, in the order of the features."""
    terms = zip(document.coef, row, document.feature_means, strict=True)
    return [coef * (x - mean) for coef, x, mean in terms]


def require_explainable(base: float, explained: Sequence[Sequence[float]]) -> None:
    """Check that explanations are numbers, which a distance from a mean can be too large for."""
    faults = [
        Fault("the explanation is too large for a double", V1.place(row))
        for row, values in enumerate(explained)
        if not all(map(isfinite, (base, *values)))
    ]
    if faults:
        raise InvalidInput(faults)
