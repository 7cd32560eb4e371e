"""Ask a model by V1 and by V2 with KServe's client: with_kserve.py [URL]."""

import asyncio
import sys

import numpy as np
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig

X = np.array([[0.05], [-0.02]])


async def main(url: str) -> None:
    """Print the predictions of both protocols."""
    async with InferenceRESTClient(RESTConfig(protocol="v1")) as client:
        answer = await client.infer(url, {"instances": X.tolist()}, model_name="default")
    print("by V1", answer["predictions"])

    tensor = InferInput("X", X.shape, "FP64")
    tensor.set_data_from_numpy(X)
    async with InferenceRESTClient(RESTConfig(protocol="v2")) as client:
        answer = await client.infer(url, InferRequest("default", [tensor]), model_name="default")
    print("by V2", answer.outputs[0].as_numpy().tolist())


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:5000"))
