"""A training's outcome as a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lr_core.document import Document
    from lr_core.training.request import TrainResult

__all__ = ["coefficients", "excluded", "figures", "summary", "warnings"]

SHOWN = 20


def summary(result: TrainResult) -> str:
    """Return what was learned, how well, and what was not."""
    document = result.document
    if document is None:
        return f"{result.model}: no tables, no version, generation {result.alias.generation}"
    state = "trained" if result.trained else "unchanged"
    head = f"{result.model}: version {document.version}, generation {result.alias.generation} ({state})"
    return "\n".join(
        [head, figures(document), "", coefficients(document), *excluded(result.alias.excluded), *warnings(document)]
    )


def figures(document: Document) -> str:
    """Return how good a model is, in one line."""
    found = document.evaluation
    tables = "1 table" if found["n_tables"] == 1 else f"{found['n_tables']} tables"
    r2 = "undefined" if found["r2"] is None else f"{found['r2']:.4f}"
    rows = "1 row" if found["n_samples"] == 1 else f"{found['n_samples']} rows"
    return f"{rows} of {tables}, solver {document.solver}, R² {r2}, RMSE {found['rmse']:.6g}"


def coefficients(document: Document) -> str:
    """Return target = intercept + Σ coef·feature as a column of terms."""
    terms = list(zip(document.feature_names, document.coef, strict=True))
    lines = [f"{document.target} = {document.intercept:>14.6g}"]
    lines += [
        f"{' ' * len(document.target)} {'+-'[coef < 0]} {abs(coef):>14.6g} · {name}" for name, coef in terms[:SHOWN]
    ]
    if len(terms) > SHOWN:
        lines.append(f"{' ' * len(document.target)}   and {len(terms) - SHOWN} more; --json has all")
    return "\n".join(lines)


def excluded(tables: list[dict[str, object]]) -> list[str]:
    """Return a line for each table that was not learned."""
    return [f"not learned: {named(str(table['key']), table['problem']['detail'])}" for table in tables]  # type: ignore[index]


def named(key: str, detail: str) -> str:
    """Return a fault that begins with the table's key, as most do."""
    return detail if detail.startswith(key) else f"{key}: {detail}"


def warnings(document: Document) -> list[str]:
    """Return a line for each warning."""
    return [f"warning: {text}" for text in document.warnings]
