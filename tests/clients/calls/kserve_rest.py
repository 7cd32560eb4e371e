"""Calls of KServe's client: `python -m tests.clients.calls.kserve_rest URL`."""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
from kserve.protocol.infer_type import RequestedOutput

from tests.clients.calls.results import say

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

URL = sys.argv[1]
DATATYPES = {"FP32": np.float32, "FP64": np.float64, "INT64": np.int64}
BINARY = RequestedOutput("predict", {"binary_data": True})
V1, V2 = RESTConfig(protocol="v1"), RESTConfig(protocol="v2")


def tensor(data: Any, datatype: str = "FP64", name: str = "X", *, binary: bool = True) -> Any:
    """Return numbers as the input of a request."""
    array = np.array(data, DATATYPES[datatype])
    made = InferInput(name, list(array.shape), datatype)
    made.set_data_from_numpy(array, binary_data=binary)
    return made


async def infer(client: Any, model: str, *tensors: Any, headers: Any = None, **more: Any) -> Any:
    """Infer by V2 and return the answer; its headers go into a dictionary."""
    asked = InferRequest(model, list(tensors), **more)
    return await client.infer(URL, asked, model_name=model, response_headers=headers)


def predictions(answer: Any) -> Any:
    """Return the predictions of an answer by V2."""
    return answer.outputs[0].as_numpy().tolist()


async def refusal(asked: Coroutine[Any, Any, Any]) -> str:
    """Return what the client says of a request that has to fail."""
    try:
        return f"no fault: {await asked}"
    except Exception as exception:  # noqa: BLE001  -- whatever a foreign client raises
        return f"{type(exception).__name__}: {exception}"


async def v1(client: Any) -> dict[str, Any]:
    """Ask what V1 offers."""
    headers: dict[str, str] = {}
    rows = {"instances": [[1.5, 2], {"a": 3, "b": 4.5}]}
    return {
        "live": await client.is_server_live(URL),
        "ready": await client.is_model_ready(URL, "two"),
        "predicted": await client.infer(URL, rows, model_name="two", response_headers=headers),
        "version": headers["lr-model-version"],
        "explained": await client.explain(URL, "two", rows),
        "missing": await refusal(client.infer(URL, rows, model_name="nothing")),
        "not ready": await refusal(client.is_model_ready(URL, "nothing")),
        "wrong": await refusal(client.infer(URL, {"instances": [[1]]}, model_name="two")),
    }


async def v2_says(client: Any) -> dict[str, Any]:
    """Ask what V2 says of the server and its models."""
    return {
        "live": await client.is_server_live(URL),
        "ready": await client.is_server_ready(URL),
        "two": await client.is_model_ready(URL, "two"),
        "nothing": await client.is_model_ready(URL, "nothing"),
    }


async def v2_infers(client: Any) -> dict[str, Any]:
    """Infer by V2 from numbers of some datatypes, as JSON and as bytes, both ways."""
    return {
        f"{datatype} {binary} {wanted is not None}": predictions(
            await infer(
                client, "two", tensor([[1, 0], [1, 1]], datatype, binary=binary), request_outputs=wanted and [wanted]
            )
        )
        for datatype in DATATYPES
        for binary in (False, True)
        for wanted in (None, BINARY)
    }


async def v2_answers(client: Any) -> dict[str, Any]:
    """Infer by V2 from a tensor a feature, with an id, and from what cannot be answered."""
    headers: dict[str, str] = {}
    tensors = tensor([2, 4.5], name="b"), tensor([1, 3], name="a")
    answer = await infer(client, "two", *tensors, request_id="42", headers=headers)
    return {
        "predicted": predictions(answer),
        # The client reads no `model_version` from an answer.
        "named": [answer.id, answer.model_name, headers["lr-model-version"]],
        "missing": await refusal(infer(client, "nothing", tensor([[1, 2]]))),
        "wrong": await refusal(infer(client, "two", tensor([[1, 2, 3]]))),
    }


async def asked(config: Any, calls: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
    """Make calls with a client of their own."""
    async with InferenceRESTClient(config) as client:
        return await calls(client)


def ask(config: Any, calls: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
    """Make calls, and wait for them."""
    return asyncio.run(asked(config, calls))


if __name__ == "__main__":
    say(
        {
            calls.__name__: partial(ask, config, calls)
            for config, calls in ((V1, v1), (V2, v2_says), (V2, v2_infers), (V2, v2_answers))
        }
    )
