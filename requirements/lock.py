"""Resolve the locks: one a dependency group, each within the versions of the smaller ones, with hashes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
GROUPS = ("predict", "train", "run", "dev")
OPTIONS = ("--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate")


def lock(group: str, smaller: tuple[str, ...]) -> None:
    """Write the lock of one group."""
    within = [word for name in smaller for word in ("--constraints", HERE / f"{name}.txt")]
    project = HERE.parent / "pyproject.toml"
    command = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, "--upgrade", *within]
    subprocess.run([*command, "--group", f"{project}:{group}", "-o", HERE / f"{group}.txt"], check=True)


if __name__ == "__main__":
    for place, name in enumerate(GROUPS):
        lock(name, GROUPS[:place])
