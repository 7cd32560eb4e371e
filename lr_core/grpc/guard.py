"""Access at gRPC's door: a call's metadata say who asks, as the headers of a request do."""

from __future__ import annotations

from asyncio import get_running_loop
from functools import partial
from typing import TYPE_CHECKING, Any

from lr_core.access.caller import NotYetKnown
from lr_core.access.roles import ANY, PREDICT, routes

if TYPE_CHECKING:
    from lr_core.access.access import Access
    from lr_core.settings import Settings

__all__ = ["Guard", "guard_of"]

NEEDS = routes(PREDICT, {"ServerMetadata": ANY, "ServerReflectionInfo": ANY}.items())


class Guard:
    """Lets calls in.

    Parameters
    ----------
    access
        What knows callers; None where everybody may call, as often as it likes.
    """

    def __init__(self, access: Access | None = None) -> None:
        self._access = access

    def start(self) -> None:
        """Begin to read what callers are known by."""
        if self._access:
            self._access.start()

    async def admit(self, method: str, context: Any) -> None:
        """Let a call of a method in, or raise what `Access.admit` does; a stream is one call."""
        if self._access is None:
            return
        headers = {name: value for name, value in context.invocation_metadata() if isinstance(value, str)}
        ask = partial(self._access.admit, NEEDS(method), headers, address=address(context.peer()))
        try:
            ask(waits=False)
        except NotYetKnown:
            await get_running_loop().run_in_executor(None, ask)


def address(peer: str) -> str:
    """Return where a call comes from without the port, which each connection has another of."""
    return peer.rpartition(":")[0]


def guard_of(settings: Settings) -> Guard:
    """Return what lets in whom the settings let; for Raises see `access_of`."""
    if not settings.asks_callers:
        return Guard()
    from lr_core.access.access import access_of  # noqa: PLC0415  -- only who asks callers pays for it

    return Guard(access_of(settings))
