"""A caller, once it is known."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Caller", "NotYetKnown"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Attributes
    ----------
    name
        What its requests are counted under: an API key's name, or a token's subject, behind the kind of the two.
    roles
        What it may ask for.
    """

    name: str
    roles: frozenset[str]


class NotYetKnown(Exception):
    """Who asks can be told only after waiting for another machine."""
