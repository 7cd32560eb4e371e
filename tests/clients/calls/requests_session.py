"""Calls of requests over one connection: `python -m tests.clients.calls.requests_session URL`."""

from __future__ import annotations

import sys
from struct import pack, unpack
from typing import Any

import requests

from tests.clients.calls.results import say

URL = sys.argv[1]
HEADER_LENGTH = "Inference-Header-Content-Length"
session = requests.Session()


def post(path: str, **body: Any) -> Any:
    """Return the answer to a request."""
    return session.post(f"{URL}{path}", timeout=30, **body)


def v1() -> list[Any]:
    """Predict by V1."""
    answer = post("/v1/models/two:predict", json={"instances": [[1.5, 2], {"a": 3, "b": 4.5}]})
    return [answer.json()["predictions"], answer.headers["LR-Model-Version"]]


def v2() -> Any:
    """Infer by V2 from JSON."""
    rows = {"name": "X", "shape": [2, 2], "datatype": "FP64", "data": [1.5, 2, 3, 4.5]}
    return post("/v2/models/two/infer", json={"inputs": [rows]}).json()["outputs"][0]["data"]


def v2_bytes() -> Any:
    """Infer by V2 from bytes, asking for bytes."""
    json = (
        b'{"inputs": [{"name": "X", "shape": [2, 2], "datatype": "FP64", "parameters": {"binary_data_size": 32}}],'
        b' "parameters": {"binary_data_output": true}}'
    )
    headers = {HEADER_LENGTH: str(len(json)), "content-type": "application/octet-stream"}
    answer = post("/v2/models/two/infer", data=json + pack("<4d", 1.5, 2, 3, 4.5), headers=headers)
    return unpack("<2d", answer.content[int(answer.headers[HEADER_LENGTH]) :])


def original() -> list[Any]:
    """Predict by the two original routes."""
    return [post("/stream", json={"record": "1.5"}).json(), post("/batch", json={"records": [1, "2"]}).json()]


def in_chunks() -> Any:
    """Predict from a body that is sent in pieces, whose length nobody says."""
    pieces = (piece for piece in (b'{"instances": [[1.5, 2],', b" [3, 4.5]]}"))
    headers = {"content-type": "application/json"}
    return post("/v1/models/two:predict", data=pieces, headers=headers).json()["predictions"]


def refused() -> list[Any]:
    """Ask for what cannot be answered."""
    answer = post("/v1/models/two:predict", json={"instances": [[1]]})
    return [answer.status_code, answer.headers["content-type"], answer.json()["errors"][0]["pointer"]]


if __name__ == "__main__":
    say({call.__name__: call for call in (v1, v2, v2_bytes, original, in_chunks, refused)})
