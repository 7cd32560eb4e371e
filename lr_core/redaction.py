"""What messages may quote of what people gave: everything, unless a recipe says that columns are private.

A message quotes what it found where something else was expected. In a table with a private column that may be anybody's
name, in whatever column it stands: a comma too many moves all cells behind it, and where the header is missing the
first row stands in its place. So there messages quote no cell at all, and no name of a column that the recipe does not
know.

As with `decimal.localcontext`, it holds for what is called within; so nothing that makes a message can forget to ask.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Redaction", "nameable", "present", "redacting"]


@dataclass(frozen=True, slots=True)
class Redaction:
    """What may be shown in spite of it.

    Attributes
    ----------
    columns
        Names of columns, which the recipe names itself.
    pseudonym
        Returns what stands in a message for a cell; None where nothing does.
    """

    columns: frozenset[str]
    pseudonym: Callable[[str], str] | None = None

    def cell(self, cell: str) -> str:
        """Return what a message says in place of a cell."""
        return f"a cell of the pseudonym {self.pseudonym(cell)}" if self.pseudonym else "a cell that is not shown"


PRESENT: ContextVar[Redaction | None] = ContextVar("redaction", default=None)


@contextmanager
def redacting(redaction: Redaction | None) -> Iterator[None]:
    """Let messages that are made within quote what a redaction allows; None for everything.

    Not around a `yield`: whoever asks a generator would be within, too.
    """
    token = PRESENT.set(redaction)
    try:
        yield
    finally:
        PRESENT.reset(token)


def present() -> Redaction | None:
    """Return the redaction that holds, if one does."""
    return PRESENT.get()


def nameable(names: Iterable[str]) -> list[str]:
    """Return those of some columns' names that a message may show."""
    redaction = present()
    return [name for name in names if redaction is None or name in redaction.columns]
