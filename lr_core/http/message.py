"""HTTP messages as values, free of any server (RFC 9110).

They are structs, whose making takes a seventh of a frozen dataclass's time: one of each is made for every request.
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import msgspec

from lr_core.telemetry.activity import CURRENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lr_core.http.timing import Timing

__all__ = ["JSON", "NO_CONTENT", "Request", "Response", "json_response"]

JSON = "application/json"


class Request(msgspec.Struct, frozen=True):
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
    began_s
        When it was there, by the clock of `time.perf_counter`.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    timing: Timing | None = None
    is_admitted: bool = False
    began_s: float = msgspec.field(default_factory=perf_counter)

    def mark(self, part: str, n_rows: int = 0) -> None:
        """Say that a part of the work ends here, and for how many rows predictions were made in it."""
        if n_rows and (activity := CURRENT.get()) is not None:
            activity.n_rows += n_rows
        if self.timing is not None:
            self.timing.mark(part)


class Response(msgspec.Struct, frozen=True):
    """A response as an answer gives it; the door adds its length."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


NO_CONTENT = Response(204, b"")


def json_response(value: object, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """Return a response with a value as JSON."""
    return Response(status, msgspec.json.encode(value), JSON, headers)
