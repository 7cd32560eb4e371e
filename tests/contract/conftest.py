"""Both functions behind each door that users have, as real processes on a real store."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from lr_core.store import open_store
from tests.waiting import free_ports, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lr_core.store import Store
    from tests.contract.command import Command

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
DOORS = ("serve", "functions-framework", "image")


@dataclass(frozen=True)
class Service:
    """Where both functions answer, and the store they share."""

    predict: httpx.Client
    train: httpx.Client
    store: Store
    door: str

    def put(self, key: str, text: str) -> None:
        """Put a table into the bucket, in place of one that is there."""
        path = Path(self.store.url.removeprefix("file://")) / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def environment(store_url: str, port: int, **more: str) -> dict[str, str]:
    """Return the environment of a function."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LR_", "AWS_"))}
    return kept | {"LR_STORE": store_url, "LR_MODEL_TTL_S": "0", "HOST": "127.0.0.1", "PORT": str(port)} | more


def command(door: str, function: str, target: str, port: int) -> list[str]:
    """Return how a door starts a target of a function's folder."""
    source = ROOT / "functions" / function / "main.py"
    return {
        "serve": [str(BIN / "lr-sgd"), "serve", "--port", str(port)],
        "functions-framework": [
            str(BIN / "functions-framework"),
            f"--target={target}",
            f"--source={source}",
        ],
        "image": [sys.executable, "-m", "lr_core.http.server", "main:app"],
    }[door]


@contextmanager
def running(door: str, function: str, store_url: str, target: str | None = None, **more: str) -> Iterator[httpx.Client]:
    """Run a function behind a door until the test is over; it must end cleanly when it is told to."""
    with started(door, function, store_url, target, **more) as (client, _):
        yield client


@contextmanager
def started(
    door: str, function: str, store_url: str, target: str | None = None, **more: str
) -> Iterator[tuple[httpx.Client, int]]:
    """Do the same, and give the number of the process too."""
    (port,) = free_ports(1)
    folder = ROOT / "functions" / function
    with (
        subprocess.Popen(
            command(door, function, target or function, port),
            cwd=folder,
            env=environment(store_url, port, FUNCTION_TARGET=target or function, **more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
    ):
        try:
            until(lambda: process.poll() is not None or answers(client), f"{door} {function} answers")
            assert process.poll() is None, process.stdout and process.stdout.read()
            yield client, process.pid
        finally:
            if door == "functions-framework":
                client.close()  # gunicorn waits two seconds for whoever keeps a connection
            process.terminate()
            output = process.communicate(timeout=30)[0].decode()
            sys.stdout.write(output)
        assert process.returncode in {0, -15}, output
        assert "Traceback" not in output, output


def answers(client: httpx.Client) -> bool:
    """Tell whether a function answers."""
    try:
        return client.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="session", params=DOORS)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Run both functions behind a door."""
    url = (tmp_path_factory.mktemp("store") / "bucket").as_uri()
    with ExitStack() as stack:
        predict = stack.enter_context(running(request.param, "predict", url))
        train = predict if request.param == "serve" else stack.enter_context(running(request.param, "train", url))
        yield Service(predict, train, open_store(url), request.param)


@pytest.fixture(scope="module")
def trained(service: Service) -> Service:
    """Train `default` (y = 2·bmi) and `two` (y = a - b + 1)."""
    service.put("data/default/a.csv", "bmi,y\n1,2\n2,4\n")
    service.put("data/two/t.csv", "a,b,y\n0,0,1\n1,0,2\n0,1,0\n2,2,1\n")
    for model in ("default", "two"):
        assert service.train.get("/train", params={"model": model}).status_code == 200
    return service


@pytest.fixture
def run(tmp_path: Path) -> Command:
    """Run the command in an empty folder."""
    from tests.contract.command import Command  # noqa: PLC0415  -- which needs what stands above

    return Command(tmp_path)
