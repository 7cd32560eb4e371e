"""A client of ModelStreamInfer by Triton's messages: `stream_client.py HOST:PORT MODEL ROWS`.

For each line of stdin, which says how many rows a message has, it streams all rows and prints the seconds that took.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import grpc
import numpy as np
from tritonclient.grpc import service_pb2, service_pb2_grpc

INTERCEPT, SLOPE = 152.0, 950.0
UNLIMITED = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]


def message(model: str, x: np.ndarray[Any, Any]) -> Any:
    """Return one message with some rows."""
    request = service_pb2.ModelInferRequest(model_name=model, raw_input_contents=[x.astype("<f8").tobytes()])
    request.inputs.add(name="x", datatype="FP64", shape=[len(x), 1])
    return request


def streamed(stub: Any, messages: list[Any]) -> tuple[float, list[Any]]:
    """Return how long the messages and their answers took, and the answers."""
    begin = time.perf_counter()
    answers = list(stub.ModelStreamInfer(iter(messages)))
    return time.perf_counter() - begin, answers


def predictions(answers: list[Any]) -> np.ndarray[Any, Any]:
    """Return what was predicted, from either form of a tensor."""
    found = []
    for answer in answers:
        if answer.error_message:
            sys.exit(f"error: {answer.error_message}")
        response = answer.infer_response
        raw = response.raw_output_contents
        values = np.frombuffer(raw[0], "<f8") if raw else response.outputs[0].contents.fp64_contents
        found.append(np.asarray(values))
    return np.concatenate(found)


def main() -> None:
    """Stream as often as asked."""
    address, model, n_rows = sys.argv[1:]
    x = np.random.default_rng(0).normal(scale=0.05, size=int(n_rows))
    with grpc.insecure_channel(address, options=UNLIMITED) as channel:
        stub = service_pb2_grpc.GRPCInferenceServiceStub(channel)
        for line in sys.stdin:
            size = int(line)
            messages = [message(model, x[start : start + size]) for start in range(0, len(x), size)]
            seconds, answers = streamed(stub, messages)
            if not np.allclose(predictions(answers), INTERCEPT + SLOPE * x, rtol=1e-9, atol=0):
                sys.exit("error: expected the right predictions, found others")
            print(seconds, flush=True)


if __name__ == "__main__":
    main()
