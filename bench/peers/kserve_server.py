"""KServe's server with a model of scikit-learn, as its own sklearnserver, which no registry has, puts them together."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import joblib
from kserve import Model, ModelServer, model_server
from kserve.utils.utils import get_predict_input, get_predict_response


class Sklearn(Model):
    """A model that scikit-learn fitted."""

    def __init__(self, name: str, folder: str) -> None:
        super().__init__(name)
        self.folder = Path(folder)

    def load(self) -> bool:
        """Read the model."""
        self.fitted = joblib.load(self.folder / "model.joblib")
        self.ready = True
        return self.ready

    def predict(self, payload: Any, headers: Any = None, response_headers: Any = None) -> Any:  # noqa: ARG002
        """Answer by V1 or V2."""
        return get_predict_response(payload, self.fitted.predict(get_predict_input(payload)), self.name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(parents=[model_server.parser])
    parser.add_argument("--model_dir", required=True)
    options, _ = parser.parse_known_args()
    model = Sklearn(options.model_name, options.model_dir)
    model.load()
    ModelServer().start([model])
