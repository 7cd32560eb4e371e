"""The programs of docs/clients.md, run as it says, print what stands below them."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.clients.conftest import python_of, serving_grpc
from tests.contract.conftest import ROOT, running
from tests.pages import assert_as_said, calls

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = ROOT / "examples" / "clients"
PAGE = (ROOT / "docs" / "clients.md").read_text()
CALLS = dict(calls(PAGE))
BY_GRPC = [line for line in CALLS if "grpc" in line]
BY_HTTP = [line for line in CALLS if line not in BY_GRPC]


@pytest.fixture(scope="module")
def http(diabetes: str) -> Iterator[str]:
    """Serve what `make run` learns by HTTP, and return the address."""
    with running("serve", "predict", diabetes) as client:
        yield str(client.base_url).removeprefix("http://").rstrip("/")


@pytest.fixture(scope="module")
def grpc(diabetes: str) -> Iterator[str]:
    """Serve what `make run` learns by gRPC, and return the address."""
    with serving_grpc(diabetes) as address:
        yield address


def printed(line: str) -> str:
    """Return what a command prints, with the interpreter that its client lives beside."""
    folder = python_of("kserve" if "kserve" in line else "tritonclient").parent
    variables = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}"}
    ended = subprocess.run(["bash", "-c", line], check=False, cwd=ROOT, env=variables, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout.rstrip("\n")


def test_every_program_is_on_the_page_as_it_is() -> None:
    blocks = re.findall(r"```(?:python|bash|html|js)\n(.*?)```", PAGE, re.DOTALL)
    assert sorted(blocks) == sorted(path.read_text() for path in EXAMPLES.iterdir() if path.is_file())
    run = sorted(path.name for path in EXAMPLES.iterdir() if path.suffix in {".py", ".sh"})
    assert sorted(name for line in CALLS for name in re.findall(r"examples/clients/(\S+)", line)) == run


@pytest.mark.parametrize("line", BY_HTTP)
def test_a_program_prints_by_http_what_the_page_says(http: str, line: str) -> None:
    assert_as_said(printed(line.replace("localhost:5000", http)), CALLS[line], line)


@pytest.mark.parametrize("line", BY_GRPC)
def test_a_program_prints_by_grpc_what_the_page_says(grpc: str, line: str) -> None:
    assert_as_said(printed(line.replace("localhost:8001", grpc)), CALLS[line], line)
