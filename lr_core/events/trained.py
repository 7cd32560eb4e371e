"""The event that says that a model changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.events.event import JSON, Event
from lr_core.events.types import TRAINED
from lr_core.repository.keys import MODELS, version_prefix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lr_core.training.request import TrainResult

__all__ = ["trained"]


def trained(result: TrainResult, alias: str, trace: Mapping[str, str]) -> Event:
    """Return the event of a training that changed the version of an alias; the same training gives the same bytes.

    Parameters
    ----------
    trace
        The attributes that say which trace it is a part of (CloudEvents, distributed tracing); none where it is not.
    """
    model, now = result.model, result.alias
    return Event(
        {
            "specversion": "1.0",
            "id": f"{model}/{alias}/{now.generation}",
            "source": f"/lr-sgd/models/{model}",
            "type": TRAINED,
            "subject": f"{version_prefix(model)}{now.version}" if now.version else f"{MODELS}{model}",
            "time": now.at,
            "datacontenttype": JSON,
            **trace,
        },
        result.to_json(),
    )
