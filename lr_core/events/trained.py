"""The event that says that a model changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.events.event import JSON, Event

if TYPE_CHECKING:
    from lr_core.training.request import TrainResult

__all__ = ["TYPE", "trained"]

TYPE = "io.github.lr-sgd.model.trained"


def trained(result: TrainResult, alias: str) -> Event:
    """Return the event of a training that changed the version of an alias; the same training gives the same bytes."""
    model, now = result.model, result.alias
    return Event(
        {
            "specversion": "1.0",
            "id": f"{model}/{alias}/{now.generation}",
            "source": f"/lr-sgd/models/{model}",
            "type": TYPE,
            "subject": f"models/{model}/versions/{now.version}" if now.version else f"models/{model}",
            "time": now.at,
            "datacontenttype": JSON,
        },
        result.to_json(),
    )
