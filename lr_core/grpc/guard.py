"""Access to gRPC's server: who may call what, seen before a message is read.

A stream is one call: it is asked about, and counted, when it begins.
"""

from __future__ import annotations

from asyncio import get_running_loop
from functools import partial
from typing import TYPE_CHECKING, Any

import grpc
from grpc import aio

from lr_core.access.caller import NotYetKnown
from lr_core.access.roles import ANY, OPEN, PREDICT, routes
from lr_core.errors import RateLimited
from lr_core.grpc.methods import PROBES, REFLECTION
from lr_core.grpc.status import status

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from lr_core.access.access import Access
    from lr_core.settings import Settings

__all__ = ["interceptors"]

NEEDS = routes(PREDICT, (dict.fromkeys(PROBES, OPEN) | dict.fromkeys(REFLECTION, ANY)).items())
ADDRESS = "of gRPC"
"""Where calls come from is not told before they are taken in: all that say no good credential are counted together."""


def interceptors(settings: Settings) -> tuple[Any, ...]:
    """Return what stands before a server's methods, where the settings ask callers who they are."""
    if not settings.asks_callers:
        return ()
    from lr_core.access.access import access_of  # noqa: PLC0415  -- only who asks callers pays for it

    access = access_of(settings)
    access.start()
    return (Guard(access),)


class Guard(aio.ServerInterceptor):  # type: ignore[misc]
    """Lets calls in."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def intercept_service(self, continuation: Callable[[Any], Awaitable[Any]], details: Any) -> Any:
        """Return what handles a call: the method, or what says why not."""
        headers = {name: value for name, value in details.invocation_metadata if isinstance(value, str)}
        admit = partial(self._access.admit, NEEDS(details.method), headers, "", ADDRESS)
        try:
            await admitted(admit)
        except Exception as error:  # noqa: BLE001  -- whatever keeps a caller out, it learns it
            return refusal(error)
        return await continuation(details)


async def admitted(admit: Callable[..., object]) -> None:
    """Let a call in, at once where that can be told; else wait for the issuer of tokens in a thread."""
    try:
        admit(waits=False)
    except NotYetKnown:
        await get_running_loop().run_in_executor(None, admit)


def refusal(error: Exception) -> Any:
    """Return a handler that reads nothing, and says why not."""
    code, text = status(error)
    again = (("retry-after", str(error.retry_after_s)),) if isinstance(error, RateLimited) else ()

    async def refuse(_messages: Any, context: Any) -> None:
        await context.abort(code, text, again)

    return grpc.stream_stream_rpc_method_handler(refuse)
