"""Calls of Triton's client that both of its kinds have: `python -m tests.clients.calls.triton http|grpc ADDRESS FIRST`.

FIRST is the first version of the model `lives`.
"""

from __future__ import annotations

import sys
from importlib import import_module
from queue import Queue
from typing import Any

import numpy as np
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

from tests.clients.calls.results import say

DATATYPES = ("float32", "float64", "int64", "int8", "uint16", "bool")
KIND, ADDRESS, FIRST = sys.argv[1:]
HTTP = KIND == "http"
triton = import_module(f"tritonclient.{KIND}")
client = triton.InferenceServerClient(ADDRESS)
as_json = {} if HTTP else {"as_json": True}


def tensor(data: Any, datatype: str = "float64", name: str = "X", **how: bool) -> Any:
    """Return an array as the input of a request."""
    array = np.array(data, datatype)
    made = triton.InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype))
    made.set_data_from_numpy(array, **how)
    return made


def predictions(answer: Any) -> Any:
    """Return the predictions of an answer."""
    return answer.as_numpy("predict").tolist()


def refusal(model: str, *tensors: Any) -> Any:
    """Return status and message of a request that has to fail."""
    try:
        return predictions(client.infer(model, list(tensors)))
    except InferenceServerException as exception:
        return [exception.status(), exception.message()]


def health() -> dict[str, bool]:
    """Ask what is alive and ready."""
    return {
        "live": client.is_server_live(),
        "ready": client.is_server_ready(),
        "two": client.is_model_ready("two"),
        "version": client.is_model_ready("lives", FIRST),
    }


def missing() -> bool:
    """Ask whether a model is ready that is not there."""
    ready: bool = client.is_model_ready("nothing")
    return ready


def by_datatype() -> dict[str, Any]:
    """Infer from numbers of many datatypes."""
    return {each: predictions(client.infer("two", [tensor([[1, 0], [1, 1]], each)])) for each in DATATYPES}


def a_tensor_a_feature() -> Any:
    """Infer from one tensor for each feature, of both shapes, in another order than the model's."""
    b, a = tensor([2, 4.5], name="b"), tensor([[1], [3]], name="a")
    return predictions(client.infer("two", [b, a]))


def many_rows() -> list[Any]:
    """Infer from more rows than are read one by one, and return the shape and the largest error."""
    X = np.random.default_rng(0).normal(size=(20_000, 2))
    y = client.infer("two", [tensor(X)]).as_numpy("predict")
    return [list(y.shape), str(y.dtype), float(np.abs(y - (X[:, 0] - X[:, 1] + 1)).max())]


def named() -> list[str]:
    """Infer with a request id, naming the output, and return what the answer says of itself."""
    wanted = [triton.InferRequestedOutput("predict")]
    answer = client.infer("two", [tensor([[1, 2]])], request_id="42", outputs=wanted).get_response(**as_json)
    return [answer["id"], answer["model_name"], answer["model_version"]]


def by_version() -> list[Any]:
    """Infer by the first version of a model and by its present one."""
    versions = (FIRST, "")
    return [predictions(client.infer("lives", [tensor([[3]])], model_version=each)) for each in versions]


def asynchronous() -> list[Any]:
    """Infer from several rows at once and return the answers in the order of the requests."""
    requests = [[tensor([[row, 0]])] for row in range(5)]
    if HTTP:
        return [predictions(each.get_result()) for each in [client.async_infer("two", inputs) for inputs in requests]]
    answers: Queue[Any] = Queue()
    for place, inputs in enumerate(requests):
        client.async_infer("two", inputs, lambda result, error: answers.put(error or result), request_id=str(place))
    taken = [answers.get(timeout=30) for _ in requests]
    return [predictions(each) for each in sorted(taken, key=lambda each: each.get_response().id)]


def refusals() -> dict[str, Any]:
    """Ask for what cannot be answered."""
    return {
        "model": refusal("nothing", tensor([[1, 2]])),
        "shape": refusal("two", tensor([[1, 2, 3]])),
        "number": refusal("two", tensor([[float("nan"), 1]])),
        "features": refusal("two", tensor([1], name="a"), tensor([1], name="c")),
    }


def forms() -> dict[str, Any]:
    """Infer with JSON and bytes in and out, and return the predictions and which form they came in (HTTP alone)."""
    found = {}
    for sent, wanted in ((False, False), (False, True), (True, False), (True, True)):
        inputs = [tensor([[1.5, 2], [3, 4.5]], binary_data=sent)]
        outputs = [triton.InferRequestedOutput("predict", binary_data=wanted)]
        answer = client.infer("two", inputs, outputs=outputs)
        found[f"{sent} {wanted}"] = [predictions(answer), "data" not in answer.get_output("predict")]
    return found


def json_by_datatype() -> dict[str, Any]:
    """Infer from numbers of many datatypes as JSON (HTTP alone)."""
    return {
        each: predictions(client.infer("two", [tensor([[1, 0], [1, 1]], each, binary_data=False)]))
        for each in DATATYPES
    }


def stream() -> list[Any]:
    """Infer in one stream, with a request in its middle that cannot be answered (gRPC alone)."""
    answers: Queue[Any] = Queue()
    client.start_stream(lambda result, error: answers.put((result, error)))
    rows = [[[1, 0]], [[1, 2, 3]], [[2, 0], [0, 2]]]
    for row in rows:
        client.async_stream_infer("two", [tensor(row)])
    taken = [answers.get(timeout=30) for _ in rows]
    client.stop_stream()
    return [error.message() if error else predictions(result) for result, error in taken]


ALL = (health, missing, by_datatype, a_tensor_a_feature, many_rows, named, by_version, asynchronous, refusals)
OWN = (forms, json_by_datatype) if HTTP else (stream,)

if __name__ == "__main__":
    say(
        {call.__name__: call for call in ALL + OWN}
        | {
            "server": lambda: client.get_server_metadata(**as_json),
            "model": lambda: client.get_model_metadata("two", **as_json),
            "version": lambda: client.get_model_metadata("lives", FIRST, **as_json),
        }
    )
    client.close()
