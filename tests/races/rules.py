"""What a search asks of those who know what is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from tests.races.buckets import Bucket
    from tests.races.execution import Operation, Outcome

__all__ = ["Rules", "Violation"]


class Violation(Exception):
    """A rule is broken."""

    def __init__(self, rule: str, text: str) -> None:
        super().__init__(f"{rule}: {text}")
        self.rule = rule


class Rules(Protocol):
    """The invariants of a scenario; a memory holds what of the past they need."""

    def begin(self, bucket: Bucket) -> Hashable:
        """Return the memory of a bucket in which nothing happened yet."""
        ...

    def step(self, memory: Hashable, before: Bucket, after: Bucket) -> Hashable:
        """Judge a write and return the memory after it, or raise `Violation`."""
        ...

    def end(self, memory: Hashable, bucket: Bucket, ended: Sequence[tuple[Operation, Outcome]]) -> None:
        """Judge what is left when all operations ended, or raise `Violation`."""
        ...

    def close(self) -> None:
        """Let go of threads."""
        ...
