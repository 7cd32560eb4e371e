"""What servers are asked, each in a protocol that it speaks, and how their answers are seen to be right.

The model is y = 152 + 950·bmi; every server has it, fitted from the same four rows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    X = NDArray[np.float64]

__all__ = ["ONE", "TABLE", "Call", "bento", "column", "hello", "mlflow", "stream", "v1", "v2_binary", "v2_json"]

TABLE = b"bmi,y\n-0.04,114\n-0.01,142.5\n0.02,171\n0.06,209\n"
INTERCEPT, SLOPE = 152.0, 950.0
TOLERANCE = 1e-9
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Call:
    """A POST, and what tells whether the body of its answer is right."""

    path: str
    body: bytes
    is_right: Callable[[bytes], bool]
    headers: Mapping[str, str] = field(default_factory=lambda: JSON)


def column(n_rows: int) -> X:
    """Return so many values of the one feature, of shape (n_rows,); the same ones each time."""
    return np.random.default_rng(0).normal(scale=0.05, size=n_rows)


ONE = np.array([0.05])


def right(x: X, read: Callable[[bytes], Any]) -> Callable[[bytes], bool]:
    """Return what tells whether an answer holds the predictions for some values."""
    expected = INTERCEPT + SLOPE * x

    def is_right(body: bytes) -> bool:
        found = np.asarray(read(body), np.float64)
        return found.shape == expected.shape and bool(np.allclose(found, expected, rtol=TOLERANCE, atol=0))

    return is_right


def instances(x: X) -> bytes:
    """Return rows as KServe's V1 has them."""
    return json.dumps({"instances": x[:, np.newaxis].tolist()}).encode()


def v1(x: X, path: str = "/v1/models/default:predict") -> Call:
    """Ask by KServe's V1."""
    return Call(path, instances(x), right(x, lambda body: json.loads(body)["predictions"]))


def mlflow(x: X) -> Call:
    """Ask MLflow's server, which takes V1's body."""
    return v1(x, "/invocations")


def bento(x: X) -> Call:
    """Ask a BentoML service, which takes the arguments of its method by name and answers what that returns."""
    return Call("/predict", instances(x), right(x, json.loads))


def v2_json(x: X) -> Call:
    """Ask by the Open Inference Protocol with flat data."""
    tensor = {"name": "x", "shape": [len(x), 1], "datatype": "FP64", "data": x.tolist()}
    return Call("/v2/models/default/infer", json.dumps({"inputs": [tensor]}).encode(), right(x, v2_data))


def v2_data(body: bytes) -> Any:
    """Return the predictions of a V2 answer, which may be a column."""
    return np.ravel(json.loads(body)["outputs"][0]["data"])


def v2_binary(x: X) -> Call:
    """Ask by the binary tensor extension, both ways."""
    data = x.astype("<f8").tobytes()
    parameters = {"binary_data_size": len(data)}
    tensor = {"name": "x", "shape": [len(x), 1], "datatype": "FP64", "parameters": parameters}
    text = json.dumps({"inputs": [tensor], "parameters": {"binary_data_output": True}}).encode()
    headers = {"Content-Type": "application/octet-stream", "Inference-Header-Content-Length": str(len(text))}
    is_right = right(x, lambda body: np.frombuffer(body[-len(data) :], "<f8"))
    return Call("/v2/models/default/infer", text + data, is_right, headers)


def stream() -> Call:
    """Ask by the original route, for one row."""
    return Call("/stream", b'{"record": "0.05"}', lambda body: body == b'{"prediction":"[199.50]"}')


def hello() -> Call:
    """Ask the function that says hello."""
    return Call("/", b"", lambda body: body == b"hello")
