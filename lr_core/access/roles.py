"""Roles, and which routes need which.

What is not named here needs a role: a route that is added later is closed until somebody opens it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.errors import Forbidden

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lr_core.access.caller import Caller

__all__ = ["ADMIN", "ANY", "OPEN", "PREDICT", "ROLES", "TRAIN", "require", "role_set", "routes"]

PREDICT, TRAIN, ADMIN = "predict", "train", "admin"
ROLES = (PREDICT, TRAIN, ADMIN)
"""`admin` may do what the other two may, and read what operators read."""

OPEN, ANY = "open", "any"
"""What a route needs that is for everybody, and one for every caller that is known."""

OPEN_ROUTES = frozenset({"/healthz", "/v2/health/live", "/v2/health/ready", "ServerLive", "ServerReady"})
"""What a platform asks before it knows of credentials; the last two are gRPC's."""
OTHER_ROUTES = {"/openapi.json": ANY, "/metrics": ADMIN}


def routes(others: str, own: Iterable[tuple[str, str]] = ()) -> Callable[[str], str]:
    """Return what tells a route's need.

    Parameters
    ----------
    others
        What all routes need that are not named otherwise.
    own
        Routes of a function that need something else.
    """
    named = {**OTHER_ROUTES, **dict.fromkeys(OPEN_ROUTES, OPEN), **dict(own)}

    def need(route: str) -> str:
        return named.get(route, others)

    return need


def require(caller: Caller, need: str) -> None:
    """Check that a caller may ask for what a route needs.

    Raises
    ------
    Forbidden
        It has another role.
    """
    if need != ANY and need not in caller.roles and ADMIN not in caller.roles:
        raise Forbidden(need)


def role_set(words: Iterable[str]) -> frozenset[str] | None:
    """Return words as a set of roles; None where there is none, or one is no role."""
    found = frozenset(words)
    return found if found and found.issubset(ROLES) else None
