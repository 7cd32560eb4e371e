"""Progress, where a person watches: one line on stderr that is written over."""

from __future__ import annotations

import sys

__all__ = ["progress"]

ERASE = "\r\x1b[K"


def progress(text: str) -> None:
    """Show what is being done; an empty text takes the line away. Nothing is written where stderr is no terminal."""
    if sys.stderr.isatty():
        print(ERASE + (f"{text} …" if text else ""), end="", file=sys.stderr, flush=True)
