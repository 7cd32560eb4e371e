"""A service of BentoML with a model of scikit-learn, as its documentation writes one."""

import os

import bentoml
import joblib
import numpy as np


@bentoml.service(workers=1, logging={"access": {"enabled": False}})
class Linear:
    """A model that scikit-learn fitted."""

    def __init__(self) -> None:
        self.model = joblib.load(os.environ["MODEL"])

    @bentoml.api
    def predict(self, instances: np.ndarray) -> np.ndarray:
        """Predict."""
        return self.model.predict(instances)
