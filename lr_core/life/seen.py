"""What a process has seen of objects that never change, so that the clock does not read them again each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lr_core.repository.marks import Mark

__all__ = ["Seen"]

MOST = 200_000


class Seen:
    """Which versions have learned what a mark names, and which version a record of the past names.

    Parameters
    ----------
    most
        How many answers are kept of each kind; beyond that all are let go.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._named: dict[tuple[str, tuple[str, ...], str], bool] = {}
        self._recorded: dict[str, str] = {}

    def named(self, mark: Mark, version: str) -> bool | None:
        """Tell whether a version has learned bytes that a mark names; None where that is not known."""
        return self._named.get((mark.key, tuple(mark.digests), version))

    def note_named(self, mark: Mark, version: str, *, is_named: bool) -> bool:
        """Note it, and return it."""
        if len(self._named) >= self._most:
            self._named.clear()
        self._named[mark.key, tuple(mark.digests), version] = is_named
        return is_named

    def recorded(self, key: str) -> str | None:
        """Return the version that the record of a key names, an empty one for none; None where that is not known."""
        return self._recorded.get(key)

    def note_recorded(self, key: str, version: str) -> str:
        """Note it, and return it."""
        if len(self._recorded) >= self._most:
            self._recorded.clear()
        self._recorded[key] = version
        return version
