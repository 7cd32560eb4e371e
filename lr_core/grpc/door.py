"""The door of gRPC's server: what can be answered at once is, on the event loop; the rest in a thread."""

from __future__ import annotations

from asyncio import get_running_loop
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any

import grpc

from lr_core.grpc.answers import METHODS, streamed
from lr_core.grpc.messages import SERVICE
from lr_core.grpc.status import status
from lr_core.http.large import INLINE_BODY_BYTES
from lr_core.serving import NotInMemory

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from lr_core.grpc.answers import Answer, Method
    from lr_core.serving import Models

__all__ = ["Door"]

THREADS = 64
"""How many requests may wait for the store at once; `lr_core/http/asgi.py` has as many."""


class Door:
    """Answers the calls of the service.

    Messages come and go as bytes, so that a large one is read in a thread as well.

    Parameters
    ----------
    models
        What predicts.
    """

    def __init__(self, models: Models) -> None:
        self._models = models
        self._threads = ThreadPoolExecutor(THREADS)

    def handler(self) -> Any:
        """Return what a server calls for the methods of the service."""
        once = {name: grpc.unary_unary_rpc_method_handler(partial(self.call, run)) for name, run in METHODS.items()}
        stream = {"ModelStreamInfer": grpc.stream_stream_rpc_method_handler(self.stream)}
        return grpc.method_handlers_generic_handler(SERVICE, once | stream)

    async def call(self, method: Method, data: bytes, context: Any) -> bytes:
        """Answer a call that has one message."""
        try:
            answer = await self._answered(method, data)
        except Exception as error:  # no fault of ours or of a message's gets out but as a status
            code, text = status(error)
            await context.abort(code, text)
            raise
        if answer.version is not None:
            context.set_trailing_metadata((("lr-model-version", answer.version),))
        return answer.body

    async def stream(self, requests: AsyncIterator[bytes], context: Any) -> AsyncIterator[bytes]:
        """Answer message by message: the next one is read when the answer to the one before has been taken.

        So a stream holds one message here, whatever its length, and HTTP/2 makes a client wait that sends faster.
        """
        async for data in requests:
            yield (await self._answered(streamed, data)).body
        await context.read()  # whose client left ends like one that was sent whole; who reads on is cancelled

    async def _answered(self, method: Method, data: bytes) -> Answer:
        if len(data) <= INLINE_BODY_BYTES:
            try:
                return method(data, self._models.peek)
            except NotInMemory:
                pass
        run = copy_context().run
        return await get_running_loop().run_in_executor(self._threads, run, method, data, self._models.get)
