"""The calls of the README and of pages of docs/, run as they stand, give the answers that stand below them."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.contract.conftest import ROOT, running
from tests.pages import assert_as_said, calls, learn_diabetes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contract.command import Command

README = (ROOT / "README.md").read_text()
SERVING = (ROOT / "docs" / "serving.md").read_text()
STREAMS = (ROOT / "docs" / "streams.md").read_text()


def blocks(language: str) -> list[str]:
    """Return the README's blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Learn the diabetes data as `make run` does, and return the store's URL."""
    return learn_diabetes(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def demo(learned: str) -> Iterator[str]:
    """Serve what was learned, and return the address."""
    with running("serve", "predict", learned) as client:
        yield str(client.base_url).removeprefix("http://").rstrip("/")


@pytest.mark.parametrize("page", [README, SERVING, STREAMS], ids=["README", "serving", "streams"])
def test_every_call_of_a_page_is_answered_as_it_says(demo: str, page: str) -> None:
    assert len(calls(page)) >= 4
    for line, expected in calls(page):
        command = line.replace("localhost:5000", demo)
        found = subprocess.run(["bash", "-c", command], check=True, capture_output=True, text=True).stdout.rstrip("\n")
        assert_as_said(found, expected, line)


def test_every_command_of_the_readme_does_what_it_says_and_fails_nowhere(run: Command) -> None:
    (block,) = (block for block in blocks("sh") if "lr-sgd fit" in block)
    commands = [line.partition("#")[0].split()[1:] for line in block.splitlines()]
    assert len(commands) >= 8
    for number, name in enumerate(("first", "second", "third", "houses", "more")):
        run.file(f"{name}.csv", f"rooms,price\n1,{100 + number}\n2,{190 + number}\n3,310\n")
    run.file("rows.csv", "rooms\n4\n")
    for name in ("first", "second", "third"):  # so that there is a third generation to go back to
        run("fit", f"{name}.csv")
    ended = {" ".join(words[:2]): run(*words) for words in commands if words[0] not in {"serve", "grpc"}}
    assert not {line: end.err for line, end in ended.items() if end.status}
    assert "not learned" not in ended["fit houses.csv"].out
    assert ended["models rollback"].out.startswith("default: latest is version")
    assert ended["models forget"].out.startswith("data/default/houses.csv: forgotten")


def test_the_python_of_the_readme_predicts(learned: str) -> None:
    (code,) = blocks("python")
    *lines, last = code.replace("file:///path/to/.lr-sgd", learned).splitlines()
    program = "\n".join([*lines, f"print({last})"])
    found = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert re.fullmatch(r"\[-?[0-9.]+\]\n", found), found


def test_the_readme_names_every_setting_with_its_default() -> None:
    from lr_core.settings import VARIABLES, Settings  # noqa: PLC0415

    for name, (attribute, _) in VARIABLES.items():
        row = next(line for line in README.splitlines() if f"`{name}`" in line.partition(" | ")[0])
        default = getattr(Settings(), attribute)
        if default not in {None, ()}:
            assert f"{default:g}" in row if isinstance(default, float) else str(default) in row, row
