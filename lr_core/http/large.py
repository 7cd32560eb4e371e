"""Turns for large bodies: one at a time, for each takes the interpreter whole, and many would only make all wait."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from threading import Lock
from typing import TYPE_CHECKING

from lr_core.redaction import redacting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from lr_core.redaction import Redaction

__all__ = ["INLINE_BODY_BYTES", "turn"]

INLINE_BODY_BYTES = 1 << 16
"""Up to this size a body is answered on the event loop; a larger one would make others wait."""

LARGE = Lock()
SMALL = nullcontext()


def turn(n_bytes: int, redaction: Redaction | None = None) -> AbstractContextManager[object]:
    """Return a context in which a body of so many bytes may be answered; a large one waits for the one before it.

    Parameters
    ----------
    redaction
        What messages about the body may quote; None for everything.
    """
    turn = LARGE if n_bytes > INLINE_BODY_BYTES else SMALL
    return turn if redaction is None else redacted(turn, redaction)


@contextmanager
def redacted(turn: AbstractContextManager[object], redaction: Redaction) -> Iterator[None]:
    """Hold both for as long as the context lasts."""
    with turn, redacting(redaction):
        yield
