"""How a process begins to tell of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.telemetry import logs, metrics

if TYPE_CHECKING:
    from lr_core.settings import Settings

__all__ = ["start"]


def start(settings: Settings, form: str = logs.JSON) -> None:
    """Set up logs and metrics as the settings say.

    Parameters
    ----------
    form
        How logs are written where the settings say nothing.
    """
    logs.set_up(settings.log_level, settings.log_format or form)
    metrics.MODELS.most = settings.metrics_models
