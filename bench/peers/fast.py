"""A service of FastAPI with a model of scikit-learn, as its documentation writes one."""

from __future__ import annotations

import os

import joblib
import numpy as np
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
model = joblib.load(os.environ["MODEL"])


class Instances(BaseModel):
    """A request."""

    instances: list[list[float]]


class Predictions(BaseModel):
    """An answer."""

    predictions: list[float]


@app.post("/v1/models/default:predict")
async def predict(body: Instances) -> Predictions:
    """Predict; on the event loop, which is faster for one row than a thread."""
    return Predictions(predictions=model.predict(np.array(body.instances)).tolist())
