"""From a table that is put to changed answers: who waits for whom, with everything warm and with everything at zero."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.knative.report import met, progress, table
from bench.knative.service import until_at_zero
from bench.knative.watch import first, is_ready, of_service, watching
from tests.e2e import subscriber as subscribers
from tests.e2e.cluster import VISITORS, applied, until

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.knative.model import Model
    from bench.knative.report import Moments, Rounds
    from bench.knative.service import Service
    from bench.knative.watch import Seen
    from tests.e2e.subscriber import Subscriber

__all__ = ["upload"]

CHAIN = ("lr-notify", "lr-events", "lr-predict")
PUT, EVENT, MOVED, TRAINED, CHANGED = (
    "PUT answered",
    "event at the broker",
    "alias moved",
    "model.trained at the broker",
    "answer changed",
)
STARTS = {name: (f"{name}'s pod created", f"{name}'s pod ready") for name in CHAIN}
MOMENTS = (PUT, *STARTS["lr-predict"], *STARTS["lr-notify"], EVENT, *STARTS["lr-events"], MOVED, TRAINED, CHANGED)
AWAKE = (PUT, EVENT, MOVED, TRAINED, CHANGED)  # a pod that comes or goes meanwhile is not waited for
WITHIN_MS = {"warm": 5000, "from zero": 8000}
# MinIO looks into its queue every 3 s, so a table has to come at any moment of them.
PHASE_S = (0.0, 3.0)
POLL_S = 0.02
CHANGED_S = 120.0
DELIVERED_S = 60.0
CREATED = "com.amazonaws.s3.ObjectCreated:Put"
ARRIVED = "ce-knativearrivaltime"
"""When the broker took an event, by the broker itself (eventing, pkg/broker/metrics.go)."""


@dataclass(slots=True)
class Uploads:
    """Uploads to one model, each of which changes its answers.

    Attributes
    ----------
    clock_ahead_s
        How far the node's clock is ahead of this machine's.
    answer
        What predict said last.
    count
        How many there were.
    """

    model: Model
    predict: Service
    subscriber: Subscriber
    clock_ahead_s: float
    answer: bytes
    count: int = 0

    def one(self, names: Sequence[str]) -> Moments:
        """Put a table, ask predict until it answers otherwise, and return when what happened, of what is named."""
        self.count += 1
        with watching("api/v1", "pods", "serving.knative.dev/service") as pods, self.predict.connected() as ask:
            time.sleep(SystemRandom().uniform(*PHASE_S))
            put_s = time.time()
            key = self.model.put(f"upload-{self.count}.csv", 950 + 50 * self.count)
            at_s = {PUT: time.time()}
            deadline_s = put_s + CHANGED_S
            while (answer := ask().content) == self.answer:
                if time.time() > deadline_s:
                    sys.exit(f"error: the answers have not changed {CHANGED_S:.0f} s after {key} was put")
                time.sleep(POLL_S)
            at_s[CHANGED] = time.time()
        self.answer = answer
        at_s |= started(pods) | {name: node_s - self.clock_ahead_s for name, node_s in self.told(key).items()}
        moments = {name: (at_s[name] - put_s) * 1e3 for name in names if name in at_s}
        progress(key, moments)
        return moments

    def told(self, key: str) -> Moments:
        """Return what the bucket and the broker say, by the node's clock."""
        latest = self.model.latest()
        announcement = f"{self.model.name}/latest/{latest['generation']}"
        return {
            EVENT: self.arrived(type=CREATED, subject=key),
            MOVED: datetime.fromisoformat(latest["at"]).timestamp(),
            TRAINED: self.arrived(type=subscribers.TRAINED, id=announcement),
        }

    def arrived(self, **attributes: str) -> float:
        """Wait until the subscriber has an event, and return when the broker took it."""
        event = until(lambda: self.subscriber.deliveries(**attributes), f"the event {attributes} came", DELIVERED_S)[0]
        return datetime.fromisoformat(event.headers[ARRIVED]).timestamp()


def started(pods: list[Seen]) -> Moments:
    """Return when the API said that pods came to be."""
    moments: Moments = {}
    for service, (created, ready) in STARTS.items():
        own = of_service(pods, service)
        moments |= first(own, created, lambda _: True) | first(own, ready, is_ready)
    return moments


def upload(model: Model, predict: Service, rounds: int, clock_ahead_s: float) -> Iterator[str]:
    """Measure both, and tell."""
    with listening() as subscriber:
        with predict.connected() as ask:
            answer = ask().content
        uploads = Uploads(model, predict, subscriber, clock_ahead_s, answer)
        found = {"warm": [warm(uploads) for _ in range(rounds)], "from zero": [zero(uploads) for _ in range(rounds)]}
    yield from table(MOMENTS, found)
    yield ""
    yield "Warm: an upload that does not count comes right before. From zero: notify, train and predict have no pod"
    yield "when the table is put, and predict is asked from then on."
    yield ""
    for name, of_name in found.items():
        yield verdict(name, of_name)


def warm(uploads: Uploads) -> Moments:
    """Upload while all are awake, which the upload before saw to."""
    uploads.one(AWAKE)
    return uploads.one(AWAKE)


def zero(uploads: Uploads) -> Moments:
    """Upload while none is awake."""
    until_at_zero(*CHAIN)
    return uploads.one(MOMENTS)


def verdict(name: str, rounds: Rounds) -> str:
    """Say whether a promise is kept, and where the time goes."""
    middle = median(each[CHANGED] for each in rounds)
    parts = ", ".join(
        f"{what} {median(each[end] - each[begin] for each in rounds):.0f}"
        for what, begin, end in (
            ("MinIO's queue and notify", PUT, EVENT),
            ("broker and train", EVENT, MOVED),
            ("until predict has read it", MOVED, CHANGED),
        )
    )
    promise = met(f"under {WITHIN_MS[name] / 1e3:.0f} s", is_met=middle < WITHIN_MS[name])
    return (
        f"- Changed answers {name}: {middle / 1e3:.1f} s (median of {len(rounds)}), {promise}; in ms (medians): {parts}"
    )


@contextmanager
def listening() -> Iterator[Subscriber]:
    """Have a subscriber that is told of tables and of trainings."""
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    namespace: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": VISITORS, "labels": labels},
    }
    tables = {"broker": "default", "filters": [{"exact": {"type": CREATED}}], "subscriber": {"uri": subscribers.url()}}
    with applied(namespace), subscribers.deployed() as subscriber, subscribers.trigger("bench-tables", tables):
        yield subscriber
