"""The types of events: what train takes, and what it says."""

from __future__ import annotations

__all__ = ["CREATED", "PING", "REMOVED", "S3", "TRAINED"]

S3 = "com.amazonaws.s3."
"""What the adapter for Amazon S3 puts before the name of what happened to an object."""

CREATED, REMOVED = f"{S3}ObjectCreated:", f"{S3}ObjectRemoved:"
PING = "dev.knative.sources.ping"
TRAINED = "io.github.lr-sgd.model.trained"
