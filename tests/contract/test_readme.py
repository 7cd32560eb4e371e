"""The calls of the README and of pages of docs/, run as they stand, give the answers that stand below them."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.contract.conftest import BIN, ROOT, environment, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

README = (ROOT / "README.md").read_text()
SERVING = (ROOT / "docs" / "serving.md").read_text()
STREAMS = (ROOT / "docs" / "streams.md").read_text()
NUMBER = re.compile(r"-?[0-9]+\.[0-9]+(?:e-?[0-9]+)?")


def calls(page: str) -> list[tuple[str, str]]:
    """Return each command of a console block with the output below it, in order."""
    blocks = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    found = [pair for block in blocks for pair in re.findall(r"^\$ (.*)\n((?:[^$].*\n)*)", block, re.MULTILINE)]
    return [(command, output.rstrip("\n")) for command, output in found]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the diabetes data as `make run` does, and return the address."""
    folder: Path = tmp_path_factory.mktemp("demo")
    url = (folder / "store").as_uri()
    subprocess.run([sys.executable, ROOT / "examples" / "diabetes.py", folder], check=True)
    for table, model in (("bmi", "default"), ("diabetes", "diabetes")):
        words = ["fit", str(folder / f"{table}.csv"), "--target", "progression", "--model", model]
        subprocess.run([BIN / "lr-sgd", *words], check=True, env=environment(url, 0), stdout=subprocess.DEVNULL)
    with running("serve", "predict", url) as client:
        yield str(client.base_url).removeprefix("http://").rstrip("/")


@pytest.mark.parametrize("page", [README, SERVING, STREAMS], ids=["README", "serving", "streams"])
def test_every_call_of_a_page_is_answered_as_it_says(demo: str, page: str) -> None:
    assert len(calls(page)) >= 4
    for line, expected in calls(page):
        command = line.replace("localhost:5000", demo)
        found = subprocess.run(["bash", "-c", command], check=True, capture_output=True, text=True).stdout.rstrip("\n")
        assert NUMBER.sub("#", found) == NUMBER.sub("#", expected), line
        numbers = [list(map(float, NUMBER.findall(text))) for text in (found, expected)]
        assert numbers[0] == pytest.approx(numbers[1], rel=1e-9), line


def test_the_readme_names_every_setting_with_its_default() -> None:
    from lr_core.settings import VARIABLES, Settings  # noqa: PLC0415

    for name, (attribute, _) in VARIABLES.items():
        row = next(line for line in README.splitlines() if line.startswith(f"| `{name}`"))
        default = getattr(Settings(), attribute)
        if default not in {None, ()}:
            assert f"{default:g}" in row if isinstance(default, float) else str(default) in row, row
