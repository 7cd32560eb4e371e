"""The methods that the server has, as HTTP/2 and metadata name them."""

from __future__ import annotations

from lr_core.grpc.messages import POOL, SERVICE, path

__all__ = ["INFERENCE", "PROBES", "REFLECTION", "label"]

INFERENCE = tuple(path(name) for name in POOL.FindServiceByName(SERVICE).methods_by_name)
HEALTH = ("/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch")
REFLECTION = tuple(f"/grpc.reflection.{release}.ServerReflection/ServerReflectionInfo" for release in ("v1", "v1alpha"))

PROBES = frozenset({path("ServerLive"), path("ServerReady"), *HEALTH})
"""Called by machines, again and again."""

LABELS = {each: each[1:] for each in (*INFERENCE, *HEALTH, *REFLECTION)}
OTHER = "other"


def label(method: str) -> str:
    """Return what a method is counted as: what is none of the server's is `other`, as gRPC's own metrics have it."""
    return LABELS.get(method, OTHER)
