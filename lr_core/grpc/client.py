"""The client of the command: a stream of batches, a few of them under way at any time."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from itertools import chain
from queue import SimpleQueue
from struct import pack, unpack
from typing import TYPE_CHECKING, Any

import grpc

from lr_core.errors import LrError
from lr_core.grpc import messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType
    from typing import Self

    from lr_core.protocols.rows import Row

__all__ = ["Batch", "Client", "RemoteError"]

WINDOW = 4
"""How many batches may be under way: enough that neither side waits for the other, few enough to be held."""
DOUBLE_BYTES = 8
END = None
"""Behind the last request of a stream."""


class RemoteError(LrError):
    """What a server says is wrong, or that there is none."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that go into one message, and what they are called where something is wrong with them."""

    place: str
    rows: Sequence[Row]


class Client:
    """A connection to a server of the protocol.

    Parameters
    ----------
    target
        Host and port.
    authority
        What the server is called, where the target is a gateway that leads to many; None where it is the target.
    key
        The API key to say; None where the server asks for none.
    """

    def __init__(self, target: str, authority: str | None = None, key: str | None = None) -> None:
        self._target = target
        self._metadata = (("x-api-key", key),) if key else ()
        options = [("grpc.default_authority", authority)] if authority else []
        self._channel = grpc.insecure_channel(target, options)

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Disconnect."""
        self._channel.close()

    def described(self, model: str) -> tuple[str, list[str]]:
        """Return the version of a model that the server has now, and the names of its features.

        Raises
        ------
        RemoteError
            The server has no such model, does not name its features, or does not answer.
        """
        call = self._channel.unary_unary(
            messages.path("ModelMetadata"),
            messages.ModelMetadataRequest.SerializeToString,
            messages.ModelMetadataResponse.FromString,
        )
        try:
            answer = call(messages.ModelMetadataRequest(name=model), metadata=self._metadata)
        except grpc.RpcError as error:
            raise self._explained(error) from error
        text = "".join(tensor.parameters["feature_names"].string_param for tensor in answer.inputs[:1])
        if not text or not answer.versions:
            raise RemoteError(f"{self._target} does not name the features of {model!r}, as lr-sgd's server does")
        return str(answer.versions[0]), json.loads(text)

    def predict(self, model: str, version: str, batches: Iterable[Batch]) -> Iterator[Sequence[float]]:
        """Yield the predictions of each batch, in their order, all by one version.

        Raises
        ------
        RemoteError
            The server cannot predict a batch, or has gone.
        """
        requests: SimpleQueue[Any] = SimpleQueue()
        call = self._channel.stream_stream(
            messages.path("ModelStreamInfer"),
            messages.ModelInferRequest.SerializeToString,
            messages.ModelStreamInferResponse.FromString,
        )(iter(requests.get, END), metadata=self._metadata)
        under_way: deque[Batch] = deque()
        try:
            for batch in batches:
                if len(under_way) == WINDOW:
                    yield self._next(call, under_way.popleft())
                requests.put(request(model, version, batch.rows))
                under_way.append(batch)
            requests.put(END)
            while under_way:
                yield self._next(call, under_way.popleft())
        finally:
            requests.put(END)
            call.cancel()

    def _next(self, call: Any, batch: Batch) -> Sequence[float]:
        """Return the predictions of a batch: answers come in the order of the requests."""
        try:
            answer = next(call, None)
        except grpc.RpcError as error:
            raise self._explained(error) from error
        if answer is None:
            raise RemoteError(f"{self._target} ended the stream before it had answered {batch.place}")
        return read(answer, batch)

    def _explained(self, error: Any) -> RemoteError:
        """Return what a call that failed says, in one line."""
        return RemoteError(f"{self._target}: {' '.join(error.details().split()) or error.code().name}")


def request(model: str, version: str, rows: Sequence[Row]) -> Any:
    """Return the request to predict rows, as one raw matrix."""
    made = messages.ModelInferRequest(model_name=model, model_version=version)
    made.inputs.add(name="X", datatype="FP64", shape=[len(rows), len(rows[0])])
    elements = list(chain.from_iterable(rows))
    made.raw_input_contents.append(pack(f"<{len(elements)}d", *elements))
    return made


def read(answer: Any, batch: Batch) -> Sequence[float]:
    """Return the predictions that an answer has for a batch.

    Raises
    ------
    RemoteError
        The server could not predict, or its answer is none.
    """
    if answer.error_message:
        raise RemoteError(f"{batch.place}: {' '.join(answer.error_message.split())}")
    raw = b"".join(answer.infer_response.raw_output_contents)
    if len(raw) != (wanted := DOUBLE_BYTES * len(batch.rows)):
        raise RemoteError(f"{batch.place}: expected {wanted} bytes of predictions, found {len(raw)}")
    return unpack(f"<{len(batch.rows)}d", raw)
