"""What the calls of a client give, as one JSON object for the test that started the program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["say"]


def say(calls: Mapping[str, Callable[[], Any]]) -> None:
    """Make each call, one after the other, and print what they give by their names in one line."""
    print(json.dumps({name: result(call) for name, call in calls.items()}))


def result(call: Callable[[], Any]) -> Any:
    """Return what a call gives, or what it raises as a text, which fails no test but its own."""
    try:
        return call()
    except Exception as exception:  # noqa: BLE001  -- whatever a foreign client raises
        return f"{type(exception).__name__}: {exception}"
