"""The metrics as text, by Prometheus' own library: loaded by the first who asks, for it takes longer than a start."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, InfoMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.utils import floatToGoString

from lr_core import __version__
from lr_core.telemetry import metrics

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client import Metric

    from lr_core.telemetry.series import Counter, Distribution, Histogram, Labels

__all__ = ["exposition"]

COUNTERS = (
    metrics.PREDICTIONS,
    metrics.BROKEN_STREAMS,
    metrics.GRPC_MESSAGES,
    metrics.LOOKUPS,
    metrics.TABLES,
    metrics.STATISTICS,
    metrics.EVENTS,
    metrics.NOTIFIED,
    metrics.DEAD_LETTERS,
)
HISTOGRAMS = (metrics.GRPC_CALLS, metrics.BATCHES, metrics.STORE_CALLS, metrics.TRAININGS, metrics.SINK_REQUESTS)
GAUGES = {
    "generation": ("lr_model_generation", "Generation of a model's alias."),
    "moved_s": ("lr_model_moved_timestamp_seconds", "When a model's alias moved to its generation."),
    "n_excluded": ("lr_model_excluded_tables", "Tables of a model that were left out of its version."),
    "confirmed_s": ("lr_model_confirmed_timestamp_seconds", "When the store last confirmed a model."),
}

OPEN_METRICS = "application/openmetrics-text"


class Counted:
    """All that was counted, as the library collects it.

    Parameters
    ----------
    created_s
        When counting began, in seconds since 1970; None for a form that has no place for it.
    """

    def __init__(self, created_s: float | None) -> None:
        self._created_s = created_s

    def collect(self) -> Iterator[Metric]:
        """Yield each metric."""
        yield InfoMetricFamily("lr_build", "The library that runs.", {"version": __version__})
        yield from self._requests()
        yield from map(self._counter, COUNTERS)
        yield from (self._histogram(one, one.labels, one.values()) for one in HISTOGRAMS)
        yield from models()

    def _requests(self) -> Iterator[Metric]:
        """Yield the number of requests by all that is told of them, and their time by route, which is fewer series."""
        counts = CounterMetricFamily("lr_http_requests", "Requests that were answered.", labels=metrics.REQUESTS.labels)
        by_route: dict[Labels, Distribution] = {}
        for labels, found in metrics.REQUESTS.values().items():
            counts.add_metric(text(labels), sum(found.counts), self._created_s)
            route = labels[:1]
            by_route[route] = found.merge(by_route[route]) if route in by_route else found
        yield counts
        yield self._histogram(metrics.REQUESTS, metrics.REQUESTS.labels[:1], by_route)

    def _counter(self, one: Counter) -> Metric:
        family = CounterMetricFamily(one.name, one.text, labels=one.labels)
        for labels, value in one.values().items():
            family.add_metric(text(labels), value, self._created_s)
        return family

    def _histogram(self, one: Histogram, names: tuple[str, ...], values: Mapping[Labels, Distribution]) -> Metric:
        """Return a histogram, each of whose buckets holds all that is up to its bound."""
        family = HistogramMetricFamily(one.name, one.text, labels=names)
        bounds = [*map(floatToGoString, one.bounds), "+Inf"]
        for labels, found in values.items():
            family.add_metric(text(labels), list(zip(bounds, accumulate(found.counts), strict=True)), found.total)
            if self._created_s is not None:
                named = dict(zip(names, text(labels), strict=True))
                family.add_sample(f"{one.name}_created", named, self._created_s)
        return family


def exposition(accept: str) -> tuple[bytes, str]:
    """Return the metrics and their media type, in the form that a client accepts: OpenMetrics, or Prometheus' own."""
    encode, media_type = choose_encoder(accept)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Counted(metrics.CREATED_S if media_type.startswith(OPEN_METRICS) else None))
    ProcessCollector(registry=registry)
    return encode(registry), media_type


def models() -> Iterator[Metric]:
    """Yield what is known of the models in memory."""
    kept = list(metrics.kept_models())
    versions = InfoMetricFamily("lr_model", "The version that a model's alias serves.", labels=["model"])
    for one in kept:
        versions.add_metric([one.model], {"version": one.version})
    yield versions
    for attribute, (name, said) in GAUGES.items():
        gauge = GaugeMetricFamily(name, said, labels=["model"])
        for one in kept:
            gauge.add_metric([one.model], getattr(one, attribute))
        yield gauge


def text(labels: Labels) -> list[str]:
    """Return the values of labels as text."""
    return [str(value) for value in labels]
