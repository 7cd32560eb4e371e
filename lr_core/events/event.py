"""An event as a value (CloudEvents 1.0)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cloudevents.abstract import CloudEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["JSON", "Event"]

JSON = "application/json"


@dataclass(frozen=True, eq=False)
class Event(CloudEvent):
    """An event, in the form that the `cloudevents` library reads and writes.

    Attributes
    ----------
    attributes
        By name, extensions among them; `specversion`, `id`, `source` and `type` are always there.
    data
        A JSON value, bytes where the event does not say that its data are JSON, or None.
    """

    attributes: Mapping[str, str]
    data: Any = field(default=None)

    @classmethod
    def create(cls, attributes: Mapping[str, Any], data: Any) -> Event:
        """Return an event of these attributes, as the library asks for one."""
        return cls(dict(attributes), data)

    @property
    def cause(self) -> dict[str, str]:
        """What tells this event from all others: its source and its id."""
        return {"source": self["source"], "id": self["id"]}

    def get_data(self) -> Any:
        """Return the data, as the library asks for them."""
        return self.data

    def _get_attributes(self) -> dict[str, Any]:
        return dict(self.attributes)
