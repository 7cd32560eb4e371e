"""NIST's reference sets as arrays, and the digits that an answer has right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).parents[2] / "data" / "nist"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


class ReferenceSet(NamedTuple):
    X: np.ndarray
    y: np.ndarray
    intercept: bool
    features: list[str]
    certified: dict[str, Any]


def load(name: str) -> ReferenceSet:
    found = json.loads((FOLDER / f"{name}.json").read_text())
    rows = np.array(found["rows"], dtype=np.float64)
    X = rows[:, 1:]
    if "degree" in found:
        X = np.column_stack([X[:, 0] ** k for k in range(1, found["degree"] + 1)])
    return ReferenceSet(X, rows[:, 0], found["intercept"], found["features"], found["certified"])


def right_digits(computed: Sequence[float], certified: Sequence[float]) -> float:
    """Return -log10 of the largest relative error, 15 at most."""
    error = np.max(np.abs(np.array(computed) - certified) / np.abs(certified))
    return 15.0 if error < 1e-15 else float(-np.log10(error))


def peer(found: ReferenceSet) -> list[float]:
    """Return what QR of all rows, centred and scaled, gives: the intercept first where there is one."""
    x_mean = found.X.mean(axis=0) if found.intercept else np.zeros(found.X.shape[1])
    y_mean = found.y.mean() if found.intercept else 0.0
    scale = np.linalg.norm(found.X - x_mean, axis=0)
    q, r = np.linalg.qr((found.X - x_mean) / scale)
    coef = np.linalg.solve(r, q.T @ (found.y - y_mean)) / scale
    return [*([y_mean - x_mean @ coef] if found.intercept else []), *coef]
