"""The metrics: the only list of their names.

Names and units are Prometheus' (https://prometheus.io/docs/practices/naming/). No label is what a client says, or as
many as it likes: routes are templates, models those of `MODELS`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, Protocol
from weakref import ref

from lr_core.telemetry.series import Counter, Histogram, Names

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "BATCHES",
    "BROKEN_STREAMS",
    "CREATED_S",
    "DEAD_LETTERS",
    "EVENTS",
    "GRPC_CALLS",
    "GRPC_MESSAGES",
    "LOOKUPS",
    "MODELS",
    "NOTIFIED",
    "PREDICTIONS",
    "REQUESTS",
    "SINK_REQUESTS",
    "STATISTICS",
    "STORE_CALLS",
    "TABLES",
    "TRAININGS",
    "KeptModel",
    "KeptModels",
    "kept_models",
    "watch",
]

CREATED_S = time.time()
"""When counting began, in seconds since 1970."""

MODELS = Names(100)
"""The models that have series of their own; `LR_METRICS_MODELS` says how many."""

FAST_S = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600)
"""From an answer from memory to the longest training that Knative lets run, in seconds."""
CALL_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
TRAINING_S = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)
ROWS = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)

REQUESTS = Histogram(
    "lr_http_request_duration_seconds",
    "Time from a request, read as a whole, to its answer; of a stream until the end.",
    FAST_S,
    ("route", "method", "code"),
)
GRPC_CALLS = Histogram(
    "lr_grpc_call_duration_seconds",
    "Time from a call to its end, by the code that it ended with.",
    FAST_S,
    ("method", "code"),
)
GRPC_MESSAGES = Counter(
    "lr_grpc_stream_messages_total",
    "Messages of streams that were answered, by the code that a call with each alone would have ended with.",
    ("code",),
    [("OK",)],
)
BATCHES = Histogram("lr_predict_batch_rows", "Rows that a request was answered with predictions for.", ROWS)
PREDICTIONS = Counter("lr_predictions_total", "Rows that were predicted.", ("model",))
BROKEN_STREAMS = Counter("lr_streams_broken_total", "Streams that ended before all their rows were predicted.")
LOOKUPS = Counter(
    "lr_model_cache_lookups_total",
    "Requests for a model, by what the process had: it (hit), an old copy (stale), nothing that may be served (miss).",
    ("result",),
    [("hit",), ("stale",), ("miss",)],
)
STORE_CALLS = Histogram(
    "lr_store_call_duration_seconds",
    "Time of a call to object storage; of a stream to its first byte, of a listing until its end.",
    CALL_S,
    ("operation", "result"),
)
TRAININGS = Histogram(
    "lr_training_duration_seconds",
    "Time of a training, by what came of it.",
    TRAINING_S,
    ("result",),
    [("trained",), ("unchanged",), ("refused",), ("failed",)],
)
TABLES = Counter(
    "lr_tables_read_total",
    "Tables that were read, by whether they can be learned.",
    ("result",),
    [("learned",), ("refused",)],
)
STATISTICS = Counter(
    "lr_statistics_lookups_total",
    "Requests for a statistic that was made before, by where it was found.",
    ("result",),
    [("memory",), ("store",), ("miss",)],
)
EVENTS = Counter(
    "lr_events_total",
    "Events that train was sent.",
    ("type",),
    [("created",), ("removed",), ("ping",), ("other",)],
)
NOTIFIED = Counter(
    "lr_notification_records_total",
    "Records of notifications: those that a sink or train took, and those that never will be.",
    ("result",),
    [("taken",), ("passed_over",)],
)
SINK_REQUESTS = Histogram(
    "lr_sink_request_duration_seconds",
    "Time of an event's way to the sink, by whether that took it, may take it later, or refused it.",
    CALL_S,
    ("result",),
    [("taken",), ("later",), ("refused",)],
)
DEAD_LETTERS = Counter("lr_dead_letters_total", "Events that were kept because nobody could handle them.")


class KeptModel(NamedTuple):
    """What a process knows of a model that it keeps.

    Attributes
    ----------
    generation, moved_s
        The alias's, and when it got there, in seconds since 1970.
    n_excluded
        Tables that were left out.
    confirmed_s
        When the store last said that this is the present one, in seconds since 1970.
    """

    model: str
    version: str
    generation: int
    moved_s: float
    n_excluded: int
    confirmed_s: float


class KeptModels(Protocol):
    """What keeps models."""

    def kept(self) -> Iterable[KeptModel]:
        """Name those that aliases serve, the last used first."""
        ...


_watched: ref[KeptModels] | None = None


def watch(models: KeptModels) -> None:
    """Let `/metrics` tell of what keeps the models of this process."""
    global _watched  # noqa: PLW0603  -- a process has one set of metrics
    _watched = ref(models)


def kept_models() -> Iterable[KeptModel]:
    """Name the models that this process keeps and that have series of their own."""
    models = _watched() if _watched else None
    return [kept for kept in models.kept() if MODELS.has(kept.model)] if models else []
