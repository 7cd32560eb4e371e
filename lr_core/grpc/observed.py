"""The one place where calls are counted and told of: before all that answers them."""

from __future__ import annotations

import logging
from asyncio import current_task
from contextlib import contextmanager
from functools import partial
from inspect import isasyncgenfunction
from time import perf_counter
from typing import TYPE_CHECKING, Any

from grpc import StatusCode, aio

from lr_core.grpc.methods import PROBES, label
from lr_core.telemetry.activity import CURRENT, Activity
from lr_core.telemetry.metrics import BATCHES, GRPC_CALLS, MODELS, PREDICTIONS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

__all__ = ["Observed", "predicted"]

FAULTS = frozenset({StatusCode.INTERNAL, StatusCode.UNAVAILABLE, StatusCode.UNKNOWN})
"""The server's; all else is its caller's."""

log = logging.getLogger(__name__)


class Call(Activity):
    """A call that is being answered.

    Attributes
    ----------
    method
        Its path.
    code
        What it ended with: as long as nothing has been answered, that its client left.
    began_s
        When it was there, by the clock of `time.perf_counter`.
    """

    __slots__ = ("began_s", "code", "method")

    def __init__(self, details: Any) -> None:
        self.began_s = perf_counter()
        super().__init__({name: value for name, value in details.invocation_metadata if isinstance(value, str)})
        self.method: str = details.method
        self.code = StatusCode.CANCELLED


class Observed(aio.ServerInterceptor):  # type: ignore[misc]
    """Counts and times calls, and tells of them.

    gRPC answers each call in a task of its own. That ends with the call, whether or not a method was ever reached: none
    is where the server has no such method, a caller is kept out, a client leaves, or its message is too long.
    """

    async def intercept_service(self, continuation: Callable[[Any], Awaitable[Any]], details: Any) -> Any:
        """Return what handles a call; it is counted when it has ended."""
        call = Call(details)
        CURRENT.set(call)
        current_task().add_done_callback(partial(noted, call))  # type: ignore[union-attr]
        handler = await continuation(details)
        if handler is None:
            call.code = StatusCode.UNIMPLEMENTED
            return None
        return followed(call, handler)


def followed(call: Call, handler: Any) -> Any:
    """Return a handler that notes how its call ends."""
    sides = ("stream" if streams else "unary" for streams in (handler.request_streaming, handler.response_streaming))
    kind = "_".join(sides)
    run = getattr(handler, kind)
    follow = stream if isasyncgenfunction(run) else once
    return handler._replace(**{kind: partial(follow, call, run)})


async def once(call: Call, run: Callable[[Any, Any], Awaitable[Any]], asked: Any, context: Any) -> Any:
    """Answer once."""
    with ending(call, context):
        return await run(asked, context)


async def stream(
    call: Call, run: Callable[[Any, Any], AsyncIterator[Any]], asked: Any, context: Any
) -> AsyncIterator[Any]:
    """Answer with messages."""
    with ending(call, context):
        async for answer in run(asked, context):
            yield answer


@contextmanager
def ending(call: Call, context: Any) -> Iterator[None]:
    """Note how a call ends. Where it is cancelled, or nobody takes its answers any more, it stays as it began."""
    try:
        yield
    except Exception:
        call.code = context.code() or StatusCode.UNKNOWN  # which gRPC makes of what is no status
        raise
    call.code = StatusCode.OK


def noted(call: Call, _task: object) -> None:
    """Count and log a call that has ended."""
    took_s = perf_counter() - call.began_s
    method, code = label(call.method), call.code
    GRPC_CALLS.observe(took_s, (method, code.name))
    level = logging.WARNING if code in FAULTS else logging.DEBUG if call.method in PROBES else logging.INFO
    if log.isEnabledFor(level):
        fields = {"method": method, "code": code.name, "duration_s": round(took_s, 6)}
        if call.model is not None:
            fields |= {"model": call.model, "rows": call.n_rows}
        log.log(level, "answered", extra={"fields": fields})


def predicted(model: str, n_rows: int) -> None:
    """Count the rows of a request that was predicted; a stream is of many requests, each to a model of its own."""
    if n_rows:
        BATCHES.observe(n_rows)
        PREDICTIONS.add((MODELS.of(model),), n_rows)
    if (activity := CURRENT.get()) is not None:
        activity.n_rows += n_rows
