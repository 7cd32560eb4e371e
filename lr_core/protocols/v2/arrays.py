"""Doubles as numpy arrays: what large messages repay.

Nothing imports this module at the start, for numpy takes longer to load than predict to answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import orjson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lr_core.model import LinearModel

    Doubles = NDArray[np.float64]

__all__ = ["are_finite", "elements", "listed", "packed", "predict"]


def elements(data: memoryview, code: str) -> Doubles:
    """Return little-endian bytes, of elements of a `struct` letter, as doubles; what are doubles is not copied."""
    return np.frombuffer(data, f"<{code}").astype(np.float64, copy=False)


def are_finite(values: Doubles) -> bool:
    """Tell whether all values are finite."""
    return bool(np.isfinite(values).all())


def predict(model: LinearModel, tensors: Sequence[Doubles | Sequence[float]]) -> Doubles:
    """Return one prediction a row, from one tensor, which is a matrix row by row, or from one column a feature.

    It is that of `lr_core.formula`, a column at a time.

    A product of matrices would add in an order of its own, which depends on the processor.
    """
    doubles = [np.asarray(each, np.float64) for each in tensors]
    columns = doubles[0].reshape(-1, len(model.coef_)).T if len(doubles) == 1 else doubles
    predictions = np.full(len(columns[0]), model.intercept_)
    with np.errstate(all="ignore"):  # what is too large is found afterwards, as everywhere
        for coef, column in zip(model.coef_, columns, strict=True):
            predictions += coef * column
    return predictions


def packed(values: Doubles) -> bytes:
    """Return doubles as little-endian bytes."""
    return values.astype("<f8", copy=False).tobytes()


def listed(values: Doubles) -> msgspec.Raw:
    """Return doubles as a list in JSON, each in the fewest digits that read back to it.

    orjson writes an array as it is; msgspec would need an object for each number.
    """
    return msgspec.Raw(orjson.dumps(np.ascontiguousarray(values), option=orjson.OPT_SERIALIZE_NUMPY))
