"""The smallest function that functions-framework can serve."""

from __future__ import annotations


def hello(_request: object) -> str:
    """Answer."""
    return "hello"
