"""Predictions that wait until clients read: some in any stream, many while those of all streams are not too many."""

from __future__ import annotations

from asyncio import Event

__all__ = ["ALL_ROWS", "MOST_ROWS", "OWN_ROWS", "Backlog", "Share"]

OWN_ROWS = 1 << 17
"""May wait in any stream, in eight bytes each."""

MOST_ROWS = 1 << 20
"""May wait in one stream: a client that sends all before it reads must not wait for a server that waits for it."""

ALL_ROWS = 1 << 23
"""While so many wait in a process, no stream gets more than its own."""


class Backlog:
    """What waits in all streams of a process.

    Attributes
    ----------
    n_rows
        How many predictions wait.
    waiting
        Who waits for room, and is told whenever predictions have been written.
    """

    def __init__(self) -> None:
        self.n_rows = 0
        self.waiting: set[Event] = set()


class Share:
    """What waits in one stream.

    Attributes
    ----------
    n_rows
        How many predictions wait.
    """

    def __init__(self, backlog: Backlog) -> None:
        self._all = backlog
        self.n_rows = 0

    def take(self, n_rows: int) -> None:
        """Let more wait, room or not."""
        self.n_rows += n_rows
        self._all.n_rows += n_rows

    def give(self, n_rows: int) -> None:
        """Let those go that have been written, and tell who waits for room."""
        self.take(-n_rows)
        for event in self._all.waiting:
            event.set()

    async def room(self) -> None:
        """Wait until more may wait."""
        if self._has_room():
            return
        told = Event()
        self._all.waiting.add(told)
        try:
            while not self._has_room():
                told.clear()
                await told.wait()
        finally:
            self._all.waiting.discard(told)

    def _has_room(self) -> bool:
        return self.n_rows < OWN_ROWS or (self.n_rows < MOST_ROWS and self._all.n_rows < ALL_ROWS)
