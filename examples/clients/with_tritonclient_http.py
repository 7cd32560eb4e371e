"""Ask a model by V2 over HTTP with Triton's client, in bytes both ways: with_tritonclient_http.py [HOST:PORT]."""

import sys

import numpy as np
from tritonclient.http import InferenceServerClient, InferInput

address = sys.argv[1] if len(sys.argv) > 1 else "localhost:5000"
X = np.array([[0.05], [-0.02]])

tensor = InferInput("X", X.shape, "FP64")
tensor.set_data_from_numpy(X)
with InferenceServerClient(address) as client:
    answer = client.infer("default", [tensor])
print("predictions", answer.as_numpy("predict").tolist())
print("made by", answer.get_response()["model_version"])
