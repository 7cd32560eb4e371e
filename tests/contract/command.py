"""The command `lr-sgd` as a program in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from lr_core.cli import main
from lr_core.store import open_store
from tests.contract.conftest import BIN, environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lr_core.store import Store

__all__ = ["Command", "Ended"]

WRITTEN = os.O_WRONLY | os.O_CREAT
FORKED = get_context("forkserver")
FORKED.set_forkserver_preload(
    ["tests.contract.command", "lr_core.cli.fit", "lr_core.cli.predict", "lr_core.cli.check", "lr_core.cli.life"]
)


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Command:
    """The command in a folder of its own, with a store there, and with some settings more."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *words: str, stdin: str | None = None) -> Ended:
        """Run the command in a process that has its libraries at hand, and so costs no half second each time."""
        with TemporaryDirectory() as folder:
            out, err, read = (Path(folder, name) for name in ("out", "err", "in"))
            read.write_text(stdin or "")
            process = FORKED.Process(
                target=run_command,
                args=(words, self.folder, {**environment_of_command(), **self.settings}, (read, out, err)),
            )
            process.start()
            process.join(60)
            if process.exitcode is None:
                process.kill()
                pytest.fail(f"lr-sgd {' '.join(words)} has not ended")
            ended = Ended(process.exitcode, out.read_text(), err.read_text())
        assert "Traceback" not in ended.err, ended.err
        return ended

    def program(self, *words: str) -> Ended:
        """Run the program that is installed."""
        ended = subprocess.run(
            [str(BIN / "lr-sgd"), *words],
            check=False,
            cwd=self.folder,
            env={**environment_of_command(), **self.settings},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert "Traceback" not in ended.stderr, ended.stderr
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def file(self, name: str, text: str) -> str:
        """Write a file and return its name."""
        (self.folder / name).write_text(text)
        return name

    @property
    def store(self) -> Store:
        """The store of the folder."""
        return open_store((self.folder / ".lr-sgd").as_uri())

    def keys(self, prefix: str = "") -> list[str]:
        """Name the objects of the store."""
        return sorted(item.key for item in self.store.list_objects(prefix))


def environment_of_command() -> dict[str, str]:
    """Return the environment of a command, whose store is where it is run."""
    return {**environment("", 0), "LR_STORE": ""}


def run_command(
    words: tuple[str, ...], folder: Path, variables: dict[str, str], streams: tuple[Path, Path, Path]
) -> None:
    """Become the command: its folder, its environment, its three streams."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    for descriptor, path in enumerate(streams):
        os.dup2(os.open(path, WRITTEN if descriptor else os.O_RDONLY, 0o600), descriptor)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout, sys.stderr = (os.fdopen(descriptor, "w", closefd=False) for descriptor in (1, 2))
    main(words)
