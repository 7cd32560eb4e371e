"""JSON Pointers (RFC 6901): where in a body something is wrong."""

from __future__ import annotations

__all__ = ["pointer"]


def pointer(*tokens: str | int) -> str:
    """Return the pointer that leads through these members and positions."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)
