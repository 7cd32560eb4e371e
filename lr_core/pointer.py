"""JSON Pointers (RFC 6901): where in a body something is wrong."""

from __future__ import annotations

__all__ = ["pointer"]


def pointer(*tokens: str | int) -> str:
    """Return the pointer that leads through these members and positions.

    A lone surrogate, which JSON can spell and UTF-8 cannot, is written as an escape.
    """
    path = "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)
    return path.encode(errors="backslashreplace").decode()
