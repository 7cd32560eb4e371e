"""The pages of the documentation: the calls on them, the data they speak of, and whether an answer is as they say."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.contract.conftest import BIN, ROOT, environment

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["assert_as_said", "calls", "learn_diabetes"]

NUMBER = re.compile(r"-?[0-9]+\.[0-9]+(?:e-?[0-9]+)?")


def calls(page: str) -> list[tuple[str, str]]:
    """Return each command of a console block with the output below it, in order."""
    blocks = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    found = [pair for block in blocks for pair in re.findall(r"^\$ (.*)\n((?:[^$].*\n)*)", block, re.MULTILINE)]
    return [(command, output.rstrip("\n")) for command, output in found]


def assert_as_said(found: str, expected: str, line: str) -> None:
    """See that a command printed what stands below it, numbers to nine digits."""
    assert NUMBER.sub("#", found) == NUMBER.sub("#", expected), line
    numbers = [list(map(float, NUMBER.findall(text))) for text in (found, expected)]
    assert numbers[0] == pytest.approx(numbers[1], rel=1e-9), line


def learn_diabetes(folder: Path) -> str:
    """Learn the diabetes data as `make run` does, and return the URL of the store."""
    url = (folder / "store").as_uri()
    subprocess.run([sys.executable, ROOT / "examples" / "diabetes.py", folder], check=True)
    for table, model in (("bmi", "default"), ("diabetes", "diabetes")):
        words = ["fit", str(folder / f"{table}.csv"), "--target", "progression", "--model", model]
        subprocess.run([BIN / "lr-sgd", *words], check=True, env=environment(url, 0), stdout=subprocess.DEVNULL)
    return url
