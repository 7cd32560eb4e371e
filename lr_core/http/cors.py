"""Cross-origin resource sharing: which other sites' pages may call a function from a browser.

The rules are the Fetch standard's, section 3.2.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import structs

from lr_core.http.message import Response

if TYPE_CHECKING:
    from lr_core.http.asgi import Function
    from lr_core.http.guard import Guard
    from lr_core.http.lines import Stream
    from lr_core.http.message import Request

__all__ = ["Cors", "shared"]

ANY = "*"
VARIES = ("vary", "Origin")
ON_PREFLIGHT = (
    ("access-control-allow-methods", "GET, HEAD, POST"),
    (
        "access-control-allow-headers",
        "authorization, content-type, inference-header-content-length, server-timing, traceparent, x-api-key",
    ),
    ("access-control-max-age", "600"),
)
EXPOSED = "inference-header-content-length, lr-model-version, retry-after, server-timing, www-authenticate"
"""What a page may read besides the headers that any page may."""


class Cors:
    """A function that pages of some origins may call; credentials that a browser adds by itself are not among it.

    Parameters
    ----------
    origins
        Origins such as `https://app.example`, or `*` alone for all.
    """

    def __init__(self, function: Function, origins: tuple[str, ...]) -> None:
        self._function, self._origins = function, frozenset(origins)
        self.guard: Guard | None = self if function.guard else None

    def answer(self, request: Request) -> Response:
        """Answer a request, however long it takes."""
        return self._shared(request, self._preflight(request) or self._function.answer(request))

    def answer_now(self, request: Request) -> Response | None:
        """Answer a request at once, or return None."""
        response = self._preflight(request) or self._function.answer_now(request)
        return response and self._shared(request, response)

    def begin(self, request: Request) -> Stream | Response | None:
        """Begin to answer a request of lines; None where its body is read as a whole."""
        begun = self._function.begin(request)
        return begun if begun is None else replace(begun, headers=(*begun.headers, *self._headers(request)))

    def start(self) -> None:
        """Begin what the function begins."""
        self._function.start()

    def refuse(self, request: Request, address: str) -> Response | None:
        """Return the answer to who may not ask, for pages to read; a browser's own question has no credential."""
        guard = self._guard_of(request)
        refused = guard.refuse(request, address) if guard else None
        return refused and self._shared(request, refused)

    def refuse_now(self, request: Request, address: str) -> Response | None:
        """Return the same at once, or raise `NotYetKnown`."""
        guard = self._guard_of(request)
        refused = guard.refuse_now(request, address) if guard else None
        return refused and self._shared(request, refused)

    def _guard_of(self, request: Request) -> Guard | None:
        return None if self._preflight(request) else self._function.guard

    def _preflight(self, request: Request) -> Response | None:
        """Answer a browser that asks whether a page may ask."""
        if request.method != "OPTIONS" or "access-control-request-method" not in request.headers:
            return None
        return Response(204, b"", headers=ON_PREFLIGHT if self._allowed(request) else ())

    def _shared(self, request: Request, response: Response) -> Response:
        """Return a response with what a browser has to know before it lets a page read it."""
        return structs.replace(response, headers=(*response.headers, *self._headers(request)))

    def _headers(self, request: Request) -> tuple[tuple[str, str], ...]:
        """Return the headers that say so."""
        allowed = self._allowed(request)
        varies = () if ANY in self._origins else (VARIES,)
        if not allowed:
            return varies
        return (
            *varies,
            ("access-control-allow-origin", allowed),
            ("access-control-expose-headers", EXPOSED),
            ("timing-allow-origin", allowed),
        )

    def _allowed(self, request: Request) -> str | None:
        """Return the origin to allow; None where there is none, or another."""
        if ANY in self._origins:
            return ANY
        origin = request.headers.get("origin")
        return origin if origin in self._origins else None


def shared(function: Function, origins: tuple[str, ...]) -> Function:
    """Return a function as pages of these origins may call it; with none, as it is."""
    return Cors(function, origins) if origins else function
