"""Limits of a request that a door keeps before anything reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.http.problem import HttpError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["check_length", "declared_length", "too_large"]

LENGTH_DIGITS = 18


def check_length(headers: Mapping[str, str], max_body_bytes: int) -> None:
    """Refuse a body that says it is too long, before it comes.

    Raises
    ------
    HttpError
        413.
    """
    length = headers.get("content-length", "")
    if (
        length.isascii()
        and length.isdigit()
        and (len(length) > len(str(max_body_bytes)) or int(length) > max_body_bytes)
    ):
        raise too_large(max_body_bytes)


def declared_length(headers: Mapping[str, str]) -> int | None:
    """Return how long a body says that it is, None where it says nothing that can be used."""
    length = headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) <= LENGTH_DIGITS else None


def too_large(max_body_bytes: int) -> HttpError:
    """Return the error of a body that is too long."""
    return HttpError(413, "Content Too Large", f"expected a body of at most {max_body_bytes} bytes")
