"""Turns for large bodies: one at a time, for each takes the interpreter whole, and many would only make all wait."""

from __future__ import annotations

from contextlib import nullcontext
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

__all__ = ["INLINE_BODY_BYTES", "turn"]

INLINE_BODY_BYTES = 1 << 16
"""Up to this size a body is answered on the event loop; a larger one would make others wait."""

LARGE = Lock()
SMALL = nullcontext()


def turn(n_bytes: int) -> AbstractContextManager[object]:
    """Return a context in which a body of so many bytes may be answered; a large one waits for the one before it."""
    return LARGE if n_bytes > INLINE_BODY_BYTES else SMALL
