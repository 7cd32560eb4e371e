"""Routes as templates: what a path is counted as, so that paths of many models, or of nothing, are few."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["OTHER_ROUTE", "PROBES", "route_of"]

OTHER_ROUTE = "other"
METRICS = "/metrics"
PROBES = frozenset({"/healthz", METRICS, "/v2/health/live", "/v2/health/ready"})
"""Asked by machines, again and again."""

FIXED = PROBES | {"/", "/stream", "/batch", "/train", "/notifications", "/openapi.json", "/v1/models", "/v2"}
V1_MODEL, V2_MODEL = "/v1/models/", "/v2/models/"
VERSIONS, OF_VERSION = "/versions/", "/versions/{version}"
V1_ROUTES = {
    (has_version, verb): f"{V1_MODEL}{{model}}{OF_VERSION if has_version else ''}{verb}"
    for has_version in (False, True)
    for verb in ("", ":predict", ":explain")
}
V2_VERBS = frozenset({"ready", "infer"})


LONGEST = 512
"""Characters of a path; what is longer names no model, and is not kept."""


def route_of(path: str) -> str:
    """Return the template that a path fits, such as `/v1/models/{model}:predict`."""
    return found(path) if len(path) <= LONGEST else OTHER_ROUTE


@lru_cache(maxsize=1024)
def found(path: str) -> str:
    """Return the same, and keep it for who asks again."""
    if path in FIXED:
        return path
    if path.startswith(V1_MODEL):
        return of_v1(path[len(V1_MODEL) :])
    return of_v2(path[len(V2_MODEL) :]) if path.startswith(V2_MODEL) else OTHER_ROUTE


def of_v1(rest: str) -> str:
    """Return the template of a path of V1, without what all of them begin with."""
    name, colon, verb = rest.partition(":")
    return V1_ROUTES.get((VERSIONS in name, colon + verb), OTHER_ROUTE)


def of_v2(rest: str) -> str:
    """Return the template of a path of V2, without what all of them begin with."""
    parts = rest.split("/")
    version = OF_VERSION if parts[1:2] == ["versions"] and len(parts) > len(("name", "versions")) else ""
    verbs = parts[3:] if version else parts[1:]
    if not verbs:
        return f"{V2_MODEL}{{model}}{version}"
    return f"{V2_MODEL}{{model}}{version}/{verbs[0]}" if len(verbs) == 1 and verbs[0] in V2_VERBS else OTHER_ROUTE
