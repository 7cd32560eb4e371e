"""The calls of the README and of pages of docs/, run as they stand, give the answers that stand below them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.contract.conftest import ROOT, running
from tests.pages import assert_as_said, calls, learn_diabetes

if TYPE_CHECKING:
    from collections.abc import Iterator

README = (ROOT / "README.md").read_text()
SERVING = (ROOT / "docs" / "serving.md").read_text()
STREAMS = (ROOT / "docs" / "streams.md").read_text()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the diabetes data as `make run` does, and return the address."""
    url = learn_diabetes(tmp_path_factory.mktemp("demo"))
    with running("serve", "predict", url) as client:
        yield str(client.base_url).removeprefix("http://").rstrip("/")


@pytest.mark.parametrize("page", [README, SERVING, STREAMS], ids=["README", "serving", "streams"])
def test_every_call_of_a_page_is_answered_as_it_says(demo: str, page: str) -> None:
    assert len(calls(page)) >= 4
    for line, expected in calls(page):
        command = line.replace("localhost:5000", demo)
        found = subprocess.run(["bash", "-c", command], check=True, capture_output=True, text=True).stdout.rstrip("\n")
        assert_as_said(found, expected, line)


def test_the_readme_names_every_setting_with_its_default() -> None:
    from lr_core.settings import VARIABLES, Settings  # noqa: PLC0415

    for name, (attribute, _) in VARIABLES.items():
        row = next(line for line in README.splitlines() if f"`{name}`" in line.partition(" | ")[0])
        default = getattr(Settings(), attribute)
        if default not in {None, ()}:
            assert f"{default:g}" in row if isinstance(default, float) else str(default) in row, row
