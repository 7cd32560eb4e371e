"""`make release` gives out only what two builds agree on, under the name that its commit has."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.contract.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

BUILDS = f'exec "{sys.executable}" "$@"'
OTHER_EACH_TIME = f"""
case "$*" in
    *"-m build"*) SOURCE_DATE_EPOCH=$((SOURCE_DATE_EPOCH + $$)) exec "{sys.executable}" "$@" ;;
    *) {BUILDS} ;;
esac
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Clone this repository, for a release is of a commit, and may be of a tag."""
    subprocess.run(["git", "clone", "-q", ROOT, tmp_path / "clone"], check=True)
    return tmp_path / "clone"


def release(clone: Path, python: str) -> subprocess.CompletedProcess[str]:
    """Run this checkout's program on the clone, with a given python and a twine that finds no fault."""
    tools = clone.parent / "tools"
    tools.mkdir()
    for name, text in (("python", python), ("twine", "exit 0")):
        (tools / name).write_text(f"#!/bin/bash\n{text}\n")
        (tools / name).chmod(0o700)
    (clone / "delivery").mkdir(exist_ok=True)
    (clone / "delivery" / "release").write_bytes((ROOT / "delivery" / "release").read_bytes())
    command: list[str | Path] = ["bash", "delivery/release", tools, clone.parent / "out"]
    return subprocess.run(command, check=False, cwd=clone, capture_output=True, text=True, timeout=120)


@pytest.mark.heavy
def test_a_release_is_what_two_builds_agree_on(clone: Path) -> None:
    ended = release(clone, BUILDS)
    assert ended.returncode == 0, ended.stderr
    found = sorted(path.name for path in (clone.parent / "out").iterdir())
    assert [name.partition("-")[0] for name in found] == ["SHA256SUMS", "lr_sgd", "lr_sgd"]
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], check=True, cwd=clone.parent / "out")
    assert "twine upload ../out/lr_sgd-*" in ended.stdout


@pytest.mark.heavy
def test_builds_that_differ_are_no_release(clone: Path) -> None:
    ended = release(clone, OTHER_EACH_TIME)
    assert ended.returncode == 1
    assert "error: two builds of one commit differ" in ended.stderr
    assert not (clone.parent / "out").exists()


def test_a_tag_that_is_not_the_version_is_no_release(clone: Path) -> None:
    subprocess.run(["git", "tag", "v0.0.1"], check=True, cwd=clone)
    ended = release(clone, BUILDS)
    assert ended.returncode == 1
    assert "error: the commit has the tag v0.0.1" in ended.stderr
