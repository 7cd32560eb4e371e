"""The arithmetic of a prediction, of which there is one definition, whatever carries the numbers.

A prediction is `intercept + c₀·x₀ + c₁·x₁ + …`, each product and each sum rounded to a double, from left to right. That
is what a column at a time gives in numpy, and what any release of Python gives. `sum` and `math.sumprod` would not do:
since Python 3.12 they carry what rounding loses, and numpy does not.

The terms are written out, as a person would for a known number of features: measured, that takes a third of the time of
a loop over them, or of a fold. `for y in [...]` in a comprehension is an assignment.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Formula = Callable[[Iterable[Sequence[float]], float, Sequence[float]], list[float]]

__all__ = ["formula"]

TERMS_A_LINE = 16
"""A longer expression would nest deeper than a compiler may recurse."""


@lru_cache(maxsize=256)
def formula(n_features: int) -> Formula:
    """Return a function of rows, intercept and coefficients, which returns one prediction a row.

    It raises ValueError for a row, or coefficients, of another number than `n_features`.
    """
    scope: dict[str, Any] = {}
    exec(source(n_features), scope)  # noqa: S102  -- nothing enters the text but a number
    return scope["predict"]  # type: ignore[no-any-return]


def source(n_features: int) -> str:
    """Return the text of that function."""
    terms = [f" + c{i} * x{i}" for i in range(n_features)]
    *lines, last = ["".join(terms[i : i + TERMS_A_LINE]) for i in range(0, n_features, TERMS_A_LINE)] or [""]
    sums = [f"for y in [{'y' if i else 'intercept'}{line}]" for i, line in enumerate(lines)]
    return f"""
def predict(rows, intercept, coef):
    [{names("c", n_features)}] = coef
    return [{"y" if lines else "intercept"}{last} for [{names("x", n_features)}] in rows {" ".join(sums)}]
"""


def names(letter: str, count: int) -> str:
    """Return the names of variables, such as `x0, x1`."""
    return ", ".join(f"{letter}{i}" for i in range(count))
