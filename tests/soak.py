"""How much is proved: what fits into the local check, what every change has to pass, or everything thought of."""

from __future__ import annotations

import os
from typing import TypeVar

__all__ = ["SOAK", "SOAK_S", "START_SEED", "as_deep"]

T = TypeVar("T")

SOAK = bool(os.environ.get("LR_SOAK"))
"""Whether the long proof runs; `make soak` says so."""

HEAVY = bool(os.environ.get("LR_HEAVY"))
"""Whether the heavy proof runs; `make test-heavy` says so."""

SOAK_S = float(os.environ.get("LR_SOAK_S", "300"))
"""Seconds of random races in the long proof."""

START_SEED = int(os.environ.get("LR_SOAK_SEED", "0"))
"""Where the seeds of random races begin; a failure prints its own."""


def as_deep(light: T, heavy: T, soak: T) -> T:
    """Return what `make test`, `make test-heavy` or `make soak` is to try."""
    if SOAK:
        return soak
    return heavy if HEAVY else light
