"""What a start loads: prediction nothing heavy; the same check finds what training needs, or it would find nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lr_core.access.keys import entry, new_key
from tests.contract.conftest import ROOT, environment
from tests.tensors import in_binary, in_json, tensor

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = (
    "numpy",
    "scipy",
    "sklearn",
    "pyarrow",
    "pandas",
    "flask",
    "functions_framework",
    "starlette",
    "boto3",
    "rfc8785",
    "simdjson",
    "orjson",
    "prometheus_client",
    "grpc",
    "jwt",
    "cryptography",
    "throttled",
)
PUBLIC = '{"keys": [{"kty": "RSA", "kid": "1", "n": "AQAB", "e": "AQAB"}]}'
V1 = "/v1/models/default:predict"
INFER = "/v2/models/default/infer"
ASK = """
import json, sys
import main
from lr_core.http.message import Request
body = sys.stdin.buffer.read()
answer = main.function.answer(Request({method!r}, {path!r}, "", {headers!r}, body))
print(json.dumps([answer.status, answer.body.decode(), sorted(sys.modules)]))
"""


def ask(function: str, store: str, method: str, path: str, body: bytes = b"", **more: str) -> tuple[int, str, set[str]]:
    """Answer one request in a fresh interpreter, and return what it has loaded by then.

    What is named `LR_...` is a setting, all else a header.
    """
    settings = {name: more.pop(name) for name in list(more) if name.startswith("LR_")}
    headers = {"content-type": "application/json"} | {name.replace("_", "-"): value for name, value in more.items()}
    program = ASK.format(method=method, path=path, headers=headers)
    ended = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        cwd=ROOT / "functions" / function,
        env=environment(store, 0, **settings),
        capture_output=True,
        input=body,
    )
    status, answer, modules = json.loads(ended.stdout)
    return (
        status,
        answer,
        {name for name in modules if name.startswith("lr_core.")} | {name.partition(".")[0] for name in modules},
    )


def test_a_first_prediction_loads_nothing_heavy(tmp_path: Path) -> None:
    table = tmp_path / "data" / "default" / "a.csv"
    table.parent.mkdir(parents=True)
    table.write_text("bmi,y\n1,2\n2,4\n")
    status, _, modules = ask("train", tmp_path.as_uri(), "GET", "/train")
    assert status == 200
    assert {"numpy", "pyarrow"} <= modules
    status, answer, modules = ask("predict", tmp_path.as_uri(), "POST", "/stream", b'{"record": "0.5"}')
    assert (status, answer) == (200, '{"prediction":"[1.00]"}')
    assert not modules & set(HEAVY)
    for body in (in_json(tensor([0.5], 1, 1)), in_json(tensor([0.5] * 100_000, 100_000, 1))):
        status, _, modules = ask("predict", tmp_path.as_uri(), "POST", INFER, body)
        assert status == 200
        assert not modules & set(HEAVY)


def test_who_asks_no_callers_loads_nothing_of_it_and_keys_alone_load_no_library(tmp_path: Path) -> None:
    _, _, modules = ask("predict", tmp_path.as_uri(), "GET", "/healthz")
    assert "lr_core.access.access" not in modules
    made = new_key()
    keys, body = {"LR_API_KEYS": entry("a", ["predict"], made)}, b'{"record": "0.5"}'
    status, _, modules = ask("predict", tmp_path.as_uri(), "POST", "/stream", body, **keys, x_api_key=made)
    assert status == 404
    assert "lr_core.access.access" in modules
    assert not modules & set(HEAVY)
    limited = {**keys, "LR_RATE_LIMIT": "1/second", "LR_JWKS": PUBLIC}
    status, _, modules = ask("predict", tmp_path.as_uri(), "POST", "/stream", body, **limited)
    assert status == 401
    assert "throttled" in modules


@pytest.mark.heavy
def test_numpy_is_loaded_by_very_large_bodies_of_json(tmp_path: Path) -> None:
    table = tmp_path / "data" / "default" / "a.csv"
    table.parent.mkdir(parents=True)
    table.write_text("bmi,y\n1,2\n2,4\n")
    assert ask("train", tmp_path.as_uri(), "GET", "/train")[0] == 200
    instances = json.dumps({"instances": [[0.5]] * 200_000}).encode()
    for path, body in ((V1, instances), (INFER, in_json(tensor([0.5] * 300_000, 300_000, 1)))):
        status, _, modules = ask("predict", tmp_path.as_uri(), "POST", path, body)
        assert status == 200
        assert {"numpy", "simdjson"} <= modules


def test_numpy_is_loaded_by_large_binary_tensors_and_by_no_small_ones(tmp_path: Path) -> None:
    table = tmp_path / "data" / "default" / "a.csv"
    table.parent.mkdir(parents=True)
    table.write_text("bmi,y\n1,2\n2,4\n")
    assert ask("train", tmp_path.as_uri(), "GET", "/train")[0] == 200
    for n_rows, loads in ((1, False), (100_000, True)):
        body, length = in_binary(tensor([0.5] * n_rows, n_rows, 1))
        status, _, modules = ask(
            "predict", tmp_path.as_uri(), "POST", INFER, body, inference_header_content_length=length
        )
        assert status == 200
        assert ("numpy" in modules) is loads


def test_the_server_of_grpc_loads_nothing_else_that_is_heavy() -> None:
    program = "import sys, lr_core.cli, lr_core.cli.grpc; print(*(name.partition('.')[0] for name in sys.modules))"
    ended = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=ROOT)
    loaded = set(ended.stdout.split())
    assert "grpc" in loaded
    assert not loaded & {*HEAVY, "uvicorn"} - {"grpc"}


def test_importing_the_library_loads_nothing_of_it() -> None:
    program = "import sys; import lr_core; print(*(name for name in sys.modules if name.startswith('lr_core')))"
    ended = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=ROOT)
    assert ended.stdout.split() == ["lr_core"]
    public = subprocess.run(
        [sys.executable, "-c", "import lr_core; print(lr_core.load, lr_core.LinearModel, dir(lr_core))"],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert "LinearModel" in public.stdout
