"""The command `lr-sgd` as a program in a folder of its own."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lr_core.store import open_store
from tests.contract.conftest import BIN, environment

if TYPE_CHECKING:
    from pathlib import Path

    from lr_core.store import Store

__all__ = ["Command", "Ended"]


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Command:
    """The command in a folder of its own, with a store there."""

    folder: Path

    def __call__(self, *words: str, stdin: str | None = None) -> Ended:
        ended = subprocess.run(
            [str(BIN / "lr-sgd"), *words],
            check=False,
            cwd=self.folder,
            env={**environment("", 0), "LR_STORE": ""},
            input=stdin,
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
