"""The peers: each as its documentation runs it in production, with one worker and without a log line a request."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.serving.calls import ONE, bento, mlflow, v1, v2_json
from bench.serving.environments import LOCKS, environment
from bench.serving.prepared import PEERS, bare
from bench.serving.processes import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bench.serving.calls import Call, X
    from bench.serving.prepared import Prepared

__all__ = ["PEER", "Peer", "peer"]


@dataclass(frozen=True, slots=True)
class Peer:
    """A server of another project.

    Attributes
    ----------
    title, lock
        Its name, and that of its package and lock.
    speaks
        What makes a request of rows.
    command, variables
        As a `Server` has them; `{model}` stands for the folder with the model.
    fit
        The program that makes the model.
    """

    title: str
    lock: str
    speaks: Callable[[X], Call]
    command: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    fit: str = "fit.py"


MODEL = {"MODEL": "{model}/model.joblib"}
MLSERVER = {
    "MLSERVER_HOST": "127.0.0.1",
    "MLSERVER_HTTP_PORT": "{port}",
    "MLSERVER_GRPC_PORT": "{grpc_port}",
    "MLSERVER_METRICS_PORT": "{metrics_port}",
    "MLSERVER_DEBUG": "false",
    # In its one process, like ours: one behind it does not start with the uvloop that its lock has.
    "MLSERVER_PARALLEL_WORKERS": "0",
    "MLSERVER_MODEL_NAME": "default",
    "MLSERVER_MODEL_IMPLEMENTATION": "mlserver_sklearn.SKLearnModel",
    "MLSERVER_MODEL_URI": "{model}/model.joblib",
}
KSERVE = (
    *("python", "kserve_server.py", "--model_name=default", "--model_dir={model}", "--workers=1"),
    *("--http_port={port}", "--grpc_port={grpc_port}", "--enable_latency_logging=false"),
)
FASTAPI = ("uvicorn", "fast:app", "--host=127.0.0.1", "--port={port}", "--workers=1", "--no-access-log")
BENTOML = ("bentoml", "serve", "bento:Linear", "--host=127.0.0.1", "--port={port}")
MLFLOW = (
    *("mlflow", "models", "serve", "--model-uri={model}/mlflow", "--env-manager=local"),
    *("--host=127.0.0.1", "--port={port}", "--workers=1"),
)

PEER = {
    "kserve": Peer("KServe", "kserve", v1, KSERVE),
    "mlserver": Peer("MLServer", "mlserver", v2_json, ("mlserver", "start", "{model}"), MLSERVER),
    "bentoml": Peer("BentoML", "bentoml", bento, BENTOML, MODEL),
    "fastapi": Peer("FastAPI", "fastapi", v1, FASTAPI, MODEL),
    "mlflow": Peer("MLflow", "mlflow", mlflow, MLFLOW, fit="fit_mlflow.py"),
}


def peer(name: str, place: Prepared) -> Server:
    """Return the server of a peer, its environment and model made where they are not there."""
    found = PEER[name]
    programs, model = environment(found.lock), str(place.fitted(found.lock, found.fit))
    program, *words = (word.replace("{model}", model) for word in found.command)
    variables = {name: value.replace("{model}", model) for name, value in found.variables.items()}
    command = (str(programs / program), *words)
    return Server(
        f"{found.title} {release(found.lock)}", command, PEERS, {**bare(programs), **variables}, found.speaks(ONE)
    )


def release(lock: str) -> str:
    """Return the release of a package in the lock of its name."""
    text = (LOCKS / "bench" / f"{lock}.txt").read_text()
    line = re.search(rf"^{lock}==([0-9.]+)", text, re.MULTILINE)
    return line[1] if line else ""
