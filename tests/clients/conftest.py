"""Servers for foreign clients, and the environments that these live in."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from lr_core.store import open_store
from tests.contract.conftest import BIN, ROOT, Service, environment, running
from tests.pages import learn_diabetes
from tests.waiting import free_ports, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENVIRONMENTS = ROOT / "build" / "clients"
PROGRAM_S = 120


@dataclass(frozen=True)
class Served:
    """Where models are served, and the store and versions to name in requests.

    Attributes
    ----------
    url, address
        Of the HTTP server, with and without its scheme.
    store
        URL of the store.
    first, version
        The first version of the model `lives`, and the one of `two`.
    """

    url: str
    store: str
    first: str
    version: str

    @property
    def address(self) -> str:
        return self.url.removeprefix("http://")


def python_of(client: str) -> Path:
    """Return the interpreter of a client's environment."""
    python = ENVIRONMENTS / client / "bin" / "python"
    if not python.exists():
        pytest.fail(f"there is no environment for {client}; `make test-clients` makes it")
    return python


def said(client: str, calls: str, *words: str) -> dict[str, Any]:
    """Return what the calls of a foreign client gave, by their names."""
    command = [str(python_of(client)), "-m", f"tests.clients.calls.{calls}", *words]
    ended = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=PROGRAM_S)
    assert ended.returncode == 0, ended.stderr
    results: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return results


@contextmanager
def serving_grpc(store_url: str) -> Iterator[str]:
    """Serve a store by gRPC until the test is over, and return the address; it must end cleanly when it is told to."""
    (port,) = free_ports(1)
    command = [str(BIN / "lr-sgd"), "grpc", "--port", str(port), "--store", store_url]
    with subprocess.Popen(
        command, env=environment(store_url, port), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            until(lambda: process.poll() is not None or listens(port), "lr-sgd grpc listens")
            assert process.poll() is None, process.stdout and process.stdout.read().decode()
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()
            output = process.communicate(timeout=30)[0].decode()
        assert process.returncode in {0, -15}, output
        assert "Traceback" not in output, output


def listens(port: int) -> bool:
    """Tell whether somebody listens on a port."""
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session", autouse=True)
def no_proxy() -> Iterator[None]:
    """Keep clients that ask the environment for a proxy on this machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve `default` (y = 2·bmi), `two` (y = a - b + 1) and `lives` (y = 2·x in its first version, 2.5·x now)."""
    store = (tmp_path_factory.mktemp("store") / "bucket").as_uri()
    with running("serve", "predict", store) as client:
        service = Service(client, client, open_store(store), "serve")
        service.put("data/default/a.csv", "bmi,y\n1,2\n2,4\n")
        service.put("data/two/t.csv", "a,b,y\n0,0,1\n1,0,2\n0,1,0\n2,2,1\n")
        service.put("data/lives/a.csv", "x,y\n1,2\n2,4\n")
        trained = {model: train(service, model) for model in ("default", "two", "lives")}
        service.put("data/lives/b.csv", "x,y\n1,3\n2,6\n")
        assert train(service, "lives") != trained["lives"]
        yield Served(str(client.base_url).rstrip("/"), store, trained["lives"], trained["two"])


def train(service: Service, model: str) -> str:
    """Train a model and return its version."""
    answer = service.train.get("/train", params={"model": model})
    assert answer.status_code == 200, answer.text
    version: str = answer.json()["version"]
    return version


@pytest.fixture(scope="session")
def diabetes(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Learn what `make run` learns, and return the URL of the store."""
    return learn_diabetes(tmp_path_factory.mktemp("diabetes"))
