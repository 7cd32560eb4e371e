"""Resolve the locks, with hashes: one a dependency group, each within the versions of the smaller ones.

The peers of the benches, the foreign clients and the tools are resolved each by itself, for they live in environments
of their own; but the notebook imports the library, so its tools stay within what the command runs with.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
GROUPS = ("predict", "train", "run", "dev")
PEERS = ("bentoml", "fastapi", "grpc", "kserve", "mlflow", "mlserver")
CLIENTS = ("kserve", "tritonclient")
TOOLS = {"docs": (), "notebook": GROUPS[:3], "release": GROUPS, "scan": ()}
OPTIONS = ("--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate")


def lock(group: str, file: Path, smaller: tuple[str, ...] = ()) -> None:
    """Write the lock of one group."""
    within = [word for name in smaller for word in ("--constraints", HERE / f"{name}.txt")]
    project = HERE.parent / "pyproject.toml"
    command = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, "--upgrade", *within]
    subprocess.run([*command, "--group", f"{project}:{group}", "-o", file], check=True)


if __name__ == "__main__":
    for place, name in enumerate(GROUPS):
        lock(name, HERE / f"{name}.txt", GROUPS[:place])
    for name in PEERS:
        lock(f"bench-{name}", HERE / "bench" / f"{name}.txt")
    for name in CLIENTS:
        lock(f"clients-{name}", HERE / "clients" / f"{name}.txt")
    for name, smaller in TOOLS.items():
        lock(f"tools-{name}", HERE / "tools" / f"{name}.txt", smaller)
