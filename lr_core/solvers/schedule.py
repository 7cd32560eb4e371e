"""Learning-rate schedules, named as scikit-learn's; the rate changes from epoch to epoch."""

from __future__ import annotations

__all__ = ["PATIENCE", "SCHEDULES", "rate"]

SCHEDULES = ("constant", "invscaling", "adaptive")
"""`optimal` is missing: its rate comes from alpha, which is zero by default."""

PATIENCE = 5
"""Epochs without improvement that end a rate of `adaptive` (scikit-learn's n_iter_no_change)."""

POWER = 0.25
"""scikit-learn's power_t."""


def rate(learning_rate: str, eta0: float, epoch: int, stalls: int) -> float:
    """Return the rate of an epoch.

    Parameters
    ----------
    learning_rate
        `constant`: eta0; `invscaling`: eta0 / epoch^0.25; `adaptive`: eta0, a fifth of it after each stall.
    eta0
        The first rate.
    epoch
        From 1.
    stalls
        How often `PATIENCE` epochs in a row have brought nothing.
    """
    if learning_rate == "invscaling":
        return float(eta0 / epoch**POWER)
    if learning_rate == "adaptive":
        return float(eta0 / 5.0**stalls)
    return eta0
