"""Routes: from a method and a path to what answers there."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from lr_core.http.problem import HttpError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lr_core.http.message import Request

__all__ = ["choose", "require_json"]

Answer = TypeVar("Answer")


def choose(routes: Mapping[str, Mapping[str, Answer]], path: str, method: str) -> Answer:
    """Return what answers a method on a path; HEAD is answered as GET, and the door leaves the body out.

    Raises
    ------
    HttpError
        404 for a path that is no route, 405 with `Allow` for a method that the route does not know.
    """
    methods = routes.get(path)
    if methods is None:
        raise HttpError(404, "Not Found", f"there is no {path[:80]!r} here; /openapi.json lists what there is")
    answer = methods.get("GET" if method == "HEAD" else method)
    if answer is None:
        allowed = ", ".join([*methods, "HEAD"] if "GET" in methods else methods)
        raise HttpError(405, "Method Not Allowed", f"expected {allowed}, found {method[:20]}", (("allow", allowed),))
    return answer


def require_json(request: Request) -> None:
    """Check that a body claims to be JSON, and is not compressed.

    Raises
    ------
    HttpError
        415 for another media type, and for any content coding.
    """
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise HttpError(415, "Unsupported Media Type", f"expected content-type application/json, found {kind[:80]!r}")
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise HttpError(
            415,
            "Unsupported Media Type",
            f"expected a body without content-encoding, found {coding[:80]!r}",
            (("accept-encoding", "identity"),),
        )
