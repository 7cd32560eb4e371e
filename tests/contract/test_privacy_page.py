"""The commands of docs/privacy.md, run one after the other in one folder, print what stands below them."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from tests.contract.conftest import BIN, ROOT, environment
from tests.pages import assert_as_said, calls

if TYPE_CHECKING:
    from pathlib import Path


def test_every_command_of_the_page_prints_what_it_says(tmp_path: Path) -> None:
    variables = {**environment("", 0), "LR_STORE": "", "PATH": f"{BIN}:{os.environ['PATH']}"}
    commands = calls((ROOT / "docs" / "privacy.md").read_text())
    assert len(commands) >= 10
    for command, expected in commands:
        ended = subprocess.run(
            ["bash", "-c", f"{command} 2>&1"], check=False, cwd=tmp_path, env=variables, capture_output=True, text=True
        )
        assert_as_said(ended.stdout.rstrip("\n"), expected, command)
