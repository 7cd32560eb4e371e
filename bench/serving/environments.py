"""Environments to measure in: one a peer, from its lock, all of one Python."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

__all__ = ["PYTHON", "ROOT", "environment", "version"]

PYTHON = "python3.11"
"""What all peers have wheels for."""
ROOT = Path(__file__).parents[2]
LOCKS = ROOT / "requirements"
PLACE = ROOT / "build" / "bench"


@cache
def environment(name: str) -> Path:
    """Return the folder with the programs of an environment, having made it where its lock is new.

    Parameters
    ----------
    name
        Of a lock under `requirements/bench`, or `predict`, which is what the image installs.
    """
    lock = LOCKS / "predict.txt" if name == "predict" else LOCKS / "bench" / f"{name}.txt"
    folder = PLACE / name
    made_of = folder / "lock.txt"
    if not made_of.exists() or made_of.read_bytes() != lock.read_bytes():
        make(folder, lock)
        shutil.copyfile(lock, made_of)
    return folder / "bin"


def make(folder: Path, lock: Path) -> None:
    """Install a lock into a new environment; it has bytecode then, as an image should."""
    print(f"installing {lock.relative_to(ROOT)} into {folder.relative_to(ROOT)}", file=sys.stderr, flush=True)
    subprocess.run([python(), "-m", "venv", "--clear", "--without-pip", folder], check=True)
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--compile-bytecode"]
    subprocess.run([*install, "--python", folder, "--require-hashes", "-r", lock], check=True)


def python() -> str:
    """Return the Python of all environments, or exit with 2 where there is none."""
    found = shutil.which(PYTHON)
    if found is None:
        print(
            f"error: {PYTHON} is needed, which all peers have packages for: apt-get install it, or pyenv",
            file=sys.stderr,
        )
        sys.exit(2)
    return found


def version() -> str:
    """Return the release of that Python."""
    return subprocess.run([python(), "--version"], capture_output=True, text=True, check=True).stdout.strip()
