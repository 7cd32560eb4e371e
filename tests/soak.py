"""How much is proved: what fits into the local check, or everything that was thought of."""

from __future__ import annotations

import os

__all__ = ["SOAK", "SOAK_S", "START_SEED"]

SOAK = bool(os.environ.get("LR_SOAK"))
"""Whether the long proof runs; `make soak` says so."""

SOAK_S = float(os.environ.get("LR_SOAK_S", "300"))
"""Seconds of random races in the long proof."""

START_SEED = int(os.environ.get("LR_SOAK_SEED", "0"))
"""Where the seeds of random races begin; a failure prints its own."""
