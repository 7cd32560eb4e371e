"""The route of the metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.http.message import Response

if TYPE_CHECKING:
    from lr_core.http.message import Request

__all__ = ["METRICS", "measured"]

METRICS = "/metrics"


def measured(request: Request) -> Response:
    """Answer with all that was counted, as Prometheus reads it."""
    from lr_core.telemetry.exposition import exposition  # noqa: PLC0415  -- only who asks for it pays for it

    body, media_type = exposition(request.headers.get("accept", ""))
    return Response(200, body, media_type)
