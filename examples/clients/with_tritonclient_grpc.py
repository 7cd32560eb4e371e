"""Ask a model by V2 over gRPC with Triton's client, once and in a stream: with_tritonclient_grpc.py [HOST:PORT]."""

import sys
from queue import Queue
from typing import Any

import numpy as np
from tritonclient.grpc import InferenceServerClient, InferInput

address = sys.argv[1] if len(sys.argv) > 1 else "localhost:8001"
X = np.array([[0.05], [-0.02]])


def tensor(rows: np.ndarray) -> InferInput:
    """Return rows as the input of a request."""
    made = InferInput("X", rows.shape, "FP64")
    made.set_data_from_numpy(rows)
    return made


with InferenceServerClient(address) as client:
    answer = client.infer("default", [tensor(X)])
    print("predictions", answer.as_numpy("predict").tolist())
    print("made by", answer.get_response().model_version)

    answers: Queue[Any] = Queue()
    client.start_stream(lambda result, error: answers.put((result, error)))
    for row in X:
        client.async_stream_infer("default", [tensor(row[None])])
    for _ in X:
        result, error = answers.get(timeout=10)
        print("streamed", error or result.as_numpy("predict").tolist())
