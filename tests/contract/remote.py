"""A server of `lr-sgd grpc` as a process, and calls to it by stubs made from the protocol's own description."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from struct import pack, unpack
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.message_factory import GetMessageClass

from lr_core.grpc import messages
from lr_core.store import open_store
from lr_core.training.request import TrainRequest
from lr_core.training.train import train
from tests.contract.conftest import BIN, environment
from tests.waiting import free_ports, until

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from lr_core.store import Store

__all__ = ["Remote", "matrix", "predictions", "serving"]

CAUSE = {"source": "/test", "id": "1"}


@dataclass(frozen=True)
class Remote:
    """Where a server answers, and the store that it reads."""

    target: str
    channel: Any
    process: subprocess.Popen[bytes]
    store: Store

    def call(self, called: str, /, **fields: Any) -> tuple[Any, dict[str, str]]:
        """Call a method, and return its answer and the metadata behind it."""
        method = self.method(called)
        answer, call = method.with_call(GetMessageClass(described(called).input_type)(**fields), timeout=60)
        return answer, dict(call.trailing_metadata())

    def method(self, name: str) -> Any:
        """Return a method of the service."""
        made = described(name)
        streams = made.client_streaming and made.server_streaming
        return (self.channel.stream_stream if streams else self.channel.unary_unary)(
            messages.path(name),
            GetMessageClass(made.input_type).SerializeToString,
            GetMessageClass(made.output_type).FromString,
        )

    def stream(self, requests: Iterable[Any]) -> Iterator[Any]:
        """Stream requests, and return the answers as they come."""
        answers: Iterator[Any] = self.method("ModelStreamInfer")(iter(requests), timeout=120)
        return answers

    def memory_bytes(self, what: str) -> int:
        """Return what Linux counts of the process: `VmRSS`, present memory, or `VmHWM`, the most it has had."""
        with open(f"/proc/{self.process.pid}/status") as status:  # noqa: PTH123  -- no file
            (line,) = [line for line in status if line.startswith(what)]
        return int(line.split()[1]) * 1024

    def learn(self, model: str, **tables: str) -> str:
        """Put tables into the bucket, train a model on all of its tables, and return its version."""
        for name, text in tables.items():
            self.store.create(f"data/{model}/{name}.csv", text.encode())
        return str(train(self.store, TrainRequest(model, CAUSE)).alias.version)


def described(name: str) -> Any:
    """Return the description of a method."""
    return messages.POOL.FindServiceByName(messages.SERVICE).methods_by_name[name]


@contextmanager
def serving(store_url: str, log: Path, **more: str) -> Iterator[Remote]:
    """Run a server until the test is over; it must end cleanly when it is told to."""
    (port,) = free_ports(1)
    target = f"127.0.0.1:{port}"
    command = [str(BIN / "lr-sgd"), "grpc", "--port", str(port)]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, env=environment(store_url, 0, **more), stdout=output, stderr=output) as process,
        grpc.insecure_channel(target) as channel,
    ):
        try:
            until(lambda: process.poll() is not None or "Serving" in log.read_text(), "the server says that it serves")
            assert process.poll() is None, log.read_text()
            yield Remote(target, channel, process, open_store(store_url))
        finally:
            process.terminate()
            process.wait(timeout=60)
    assert process.returncode == 0, log.read_text()
    assert "Traceback" not in log.read_text(), log.read_text()


def matrix(model: str, rows: Sequence[Sequence[float]], **more: Any) -> Any:
    """Return a request with a raw matrix."""
    tensor = {"name": "X", "datatype": "FP64", "shape": [len(rows), len(rows[0])]}
    data = b"".join(pack(f"<{len(row)}d", *row) for row in rows)
    return messages.ModelInferRequest(**{"model_name": model, "inputs": [tensor], "raw_input_contents": [data]} | more)


def predictions(answer: Any) -> list[float]:
    """Return the predictions of an answer that has them raw."""
    (data,) = answer.raw_output_contents
    return list(unpack(f"<{len(data) // 8}d", data))
