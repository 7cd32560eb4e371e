"""Predict as its image runs it, and in the same environment the limits: a raw application, and the stock framework."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.serving.calls import ONE, hello, stream, v1
from bench.serving.environments import ROOT, environment
from bench.serving.prepared import PEERS, bare
from bench.serving.processes import Server
from lr_core.access.keys import entry, new_key

if TYPE_CHECKING:
    from bench.serving.prepared import Prepared

__all__ = ["grpc", "guarded", "predict", "raw", "stock_hello", "stock_predict", "waking"]

FUNCTION = ROOT / "functions" / "predict"
IMAGE = ("-m", "lr_core.http.server")
MARKED = ("-P", str(ROOT / "bench" / "serving" / "marked.py"))
UVICORN = (
    *("--host=127.0.0.1", "--port={port}", "--loop=uvloop", "--http=httptools", "--ws=none", "--lifespan=off"),
    *("--no-access-log", "--no-server-header", "--no-proxy-headers", "--log-level=warning"),
)
STOCK = ("--signature-type=http", "--host=127.0.0.1", "--port={port}")


def variables(place: Prepared, **more: str) -> dict[str, str]:
    """Return the variables of predict."""
    ours = {"PYTHONPATH": str(ROOT), "HOST": "127.0.0.1", "PORT": "{port}"}
    return {**bare(environment("predict")), **ours, **place.environment, **more}


def predict(place: Prepared, **more: str) -> Server:
    """Return predict, with more variables where they are given."""
    command = (str(environment("predict") / "python"), *IMAGE, "main:app")
    return Server("predict", command, FUNCTION, variables(place, **more), v1(ONE))


def guarded(place: Prepared) -> Server:
    """Return predict that asks for a key, of three that it knows, and counts its callers."""
    key = new_key()
    entries = [entry(f"app{number}", ["predict"], each) for number, each in enumerate((new_key(), new_key(), key))]
    open_to_all = predict(place, LR_API_KEYS=",".join(entries), LR_RATE_LIMIT="1000000/second")
    call = v1(ONE)
    said = replace(call, headers={**call.headers, "X-API-Key": key})
    return replace(open_to_all, name="predict with keys and limits", call=said)


def waking(place: Prepared, *, is_marked: bool = False) -> Server:
    """Return predict, which has woken when it has answered the original route; marked, it tells what took how long."""
    command = (str(environment("predict") / "python"), *(MARKED if is_marked else IMAGE), "main:app")
    return Server("predict", command, FUNCTION, variables(place), stream())


def grpc(place: Prepared) -> Server:
    """Return predict by gRPC, as the image runs it by another command; it is there when it listens."""
    command = (str(environment("predict") / "python"), "-m", "lr_core", "grpc", "--port={port}")
    return Server("predict by gRPC", command, FUNCTION, variables(place), None)


def stock_predict(place: Prepared) -> Server:
    """Return the same function behind the stock framework."""
    command = (str(environment("predict") / "functions-framework"), *STOCK, "--target=predict")
    return Server("functions-framework predict", command, FUNCTION, variables(place), v1(ONE))


def stock_hello() -> Server:
    """Return the smallest function behind the stock framework."""
    programs = environment("predict")
    command = (str(programs / "functions-framework"), *STOCK, "--target=hello", "--source=hello.py")
    return Server("functions-framework hello", command, PEERS, bare(programs), hello())


def raw(name: str = "raw uvicorn", application: str = "app") -> Server:
    """Return an application of `peers/raw.py` under uvicorn."""
    programs = environment("predict")
    command = (str(programs / "uvicorn"), f"raw:{application}", *UVICORN)
    return Server(name, command, PEERS, bare(programs), v1(ONE))
