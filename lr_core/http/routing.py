"""Routes: from a method and a path to what answers there."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from lr_core.http.message import JSON
from lr_core.http.problem import HttpError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lr_core.http.message import Request

__all__ = ["choose", "media_type", "require_json"]

Answer = TypeVar("Answer")


def choose(methods: Mapping[str, Answer] | None, request: Request) -> Answer:
    """Return what answers a request's method; HEAD is answered as GET, and the door leaves the body out.

    Parameters
    ----------
    methods
        What the route of the request's path knows; None where its path is no route.

    Raises
    ------
    HttpError
        404 for a path that is no route, 405 with `Allow` for a method that the route does not know.
    """
    method = request.method
    if methods is None:
        raise HttpError(404, "Not Found", f"there is no {request.path[:80]!r} here; /openapi.json lists what there is")
    answer = methods.get("GET" if method == "HEAD" else method)
    if answer is None:
        allowed = ", ".join([*methods, "HEAD"] if "GET" in methods else methods)
        raise HttpError(405, "Method Not Allowed", f"expected {allowed}, found {method[:20]}", (("allow", allowed),))
    return answer


def media_type(request: Request) -> str:
    """Return the media type of a body, without its parameters; JSON where the request does not say."""
    return request.headers.get("content-type", JSON).partition(";")[0].strip().lower()


def require_json(request: Request, *others: str) -> str:
    """Return the media type of a body: JSON, or one of those that a route takes besides, and not compressed.

    Raises
    ------
    HttpError
        415 for another media type, and for any content coding.
    """
    kind = media_type(request)
    if kind != JSON and kind not in others and not (kind.startswith("application/") and kind.endswith("+json")):
        wanted = " or ".join((JSON, *others))
        raise HttpError(415, "Unsupported Media Type", f"expected content-type {wanted}, found {kind[:80]!r}")
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise HttpError(
            415,
            "Unsupported Media Type",
            f"expected a body without content-encoding, found {coding[:80]!r}",
            (("accept-encoding", "identity"),),
        )
    return kind
