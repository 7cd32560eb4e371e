"""HTTP messages as values, free of any server (RFC 9110)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lr_core.http.timing import Timing

__all__ = ["JSON", "NO_CONTENT", "Request", "Response", "json_response"]

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as a door hands it over.

    Attributes
    ----------
    path
        Percent-decoded, without the query.
    query
        What stands behind the `?`, as it came.
    headers
        By name in lower case.
    body
        The whole body, at most as long as the door lets through.
    timing
        Where the time goes; None where nobody asked.
    is_admitted
        Whether the door has seen that its caller may ask.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    timing: Timing | None = None
    is_admitted: bool = False

    def mark(self, part: str) -> None:
        """Say that a part of the work ends here."""
        if self.timing is not None:
            self.timing.mark(part)


@dataclass(frozen=True, slots=True)
class Response:
    """A response as an answer gives it; the door adds its length."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


NO_CONTENT = Response(204, b"")


def json_response(value: object, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """Return a response with a value as JSON."""
    return Response(status, msgspec.json.encode(value), JSON, headers)
