"""The node that the cluster runs on: ended with all that it holds, started, and deployed to."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["restart", "script"]

ROOT = Path(__file__).parents[2]
TO_START_S = 1800
"""A node that is built anew takes its time."""


def restart() -> None:
    """End the cluster, start another one and deploy to it, by the commands that were named for that."""
    for name in ("NODE_DOWN", "NODE_UP"):
        assert os.environ.get(name), f"{name} is to be the command that does that, such as `minikube delete`"
    run(shlex.split(os.environ["NODE_DOWN"]))
    run(shlex.split(os.environ["NODE_UP"]))
    run(["make", "deploy"])


def script(name: str, *words: str) -> None:
    """Run one of the scripts in knative/."""
    run([f"knative/{name}", *words])


def run(command: Sequence[str]) -> None:
    """Run a command at the top of the clone; fail with what it printed last."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=TO_START_S,
    )
    assert done.returncode == 0, f"{shlex.join(command)}: {done.stdout[-4000:]}"
