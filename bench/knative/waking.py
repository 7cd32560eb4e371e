"""One request to a Service at zero, and what happened until its answer."""

from __future__ import annotations

import re
import time
from datetime import datetime
from random import SystemRandom
from typing import TYPE_CHECKING, Any

from bench.knative.watch import first, is_ready, watching
from tests.e2e.cluster import FUNCTIONS, kubectl, until

if TYPE_CHECKING:
    import httpx

    from bench.knative.report import Moments
    from bench.knative.service import Service
    from bench.knative.watch import Seen

__all__ = ["ANSWERED", "CREATED", "IP", "LISTENS", "LOAD", "MOMENTS", "POD", "SCHEDULED", "STARTED", "wake"]

SCALED, POD, SCHEDULED = "Deployment scaled", "pod created", "pod scheduled"
SANDBOX, CREATED, STARTED = "sandbox and network there", "app's container created", "app's container started"
LISTENS, QUEUE, IP, READY, ANSWERED = (
    "app listens",
    "queue-proxy started",
    "pod IP in the API",
    "pod ready in the API",
    "response",
)
LOAD = "of that, for reading the model"
MOMENTS = (SCALED, POD, SCHEDULED, SANDBOX, CREATED, STARTED, LISTENS, QUEUE, IP, READY, ANSWERED)

APP, PROXY = "user-container", "queue-proxy"
# The kubelet looks at its pods once a second, so a request has to come at any moment of that second; the first two of
# these seconds are for what the request before it set off.
PHASE_S = (2.0, 4.0)
SETTLED_S = 60.0
SAID = re.compile(r"^(\S+) .*(?:listening on|Started server process)", re.MULTILINE)
"""The line that a server logs when it begins to take connections, after the time that the node gave it."""

LOADED = re.compile(r"load;dur=([0-9.]+)")


def wake(service: Service, clock_ahead_s: float) -> Moments:
    """Ask a Service that has no pod, and return when what happened.

    Parameters
    ----------
    clock_ahead_s
        How far the node's clock is ahead of this machine's.
    """
    label = f"serving.knative.dev/service={service.name}"
    with (
        watching("apis/apps/v1", "deployments", label) as deployments,
        watching("api/v1", "pods", label) as pods,
        watching("api/v1", "events") as events,
    ):
        with service.connected() as ask:
            time.sleep(SystemRandom().uniform(*PHASE_S))
            asked_s = time.time()
            answer = ask()
            answered_s = time.time()
        until(lambda: READY in of_pod(pods) and QUEUE in of_events(events, pods), "the pod is ready", SETTLED_S)
    at_s = first(deployments, SCALED, lambda deployment: deployment["spec"]["replicas"])
    at_s |= of_pod(pods) | of_events(events, pods) | {ANSWERED: answered_s}
    at_s |= {name: node_s - clock_ahead_s for name, node_s in of_node(pods[-1].item).items()}
    return {name: (at_s[name] - asked_s) * 1e3 for name in MOMENTS if name in at_s} | of_server(answer)


def of_server(answer: httpx.Response) -> Moments:
    """Return what the server says of where its time went: the first request to a pod connects to the store."""
    said = LOADED.search(answer.headers.get("server-timing", ""))
    return {LOAD: float(said[1])} if said else {}


def of_pod(pods: list[Seen]) -> Moments:
    """Return when the API said what of the pod."""
    return (
        first(pods, POD, lambda _: True)
        | first(pods, SCHEDULED, lambda pod: pod["spec"].get("nodeName"))
        | first(pods, IP, lambda pod: pod["status"].get("podIP"))
        | first(pods, READY, is_ready)
    )


def of_events(events: list[Seen], pods: list[Seen]) -> Moments:
    """Return when the kubelet told of its work on the pod, each step right after it was done."""

    def told(name: str, reason: str, container: str) -> Moments:
        def is_so(event: dict[str, Any]) -> bool:
            about = event["involvedObject"]
            is_of_pod = bool(pods) and about["name"] == pods[0].item["metadata"]["name"]
            return is_of_pod and event["reason"] == reason and container in about.get("fieldPath", "")

        return first(events, name, is_so)

    return told(SANDBOX, "Pulled", APP) | told(STARTED, "Started", APP) | told(QUEUE, "Started", PROXY)


def of_node(pod: dict[str, Any]) -> Moments:
    """Return what the node itself wrote down, by its own clock: finer than the whole seconds of a pod's status."""
    name, node = pod["metadata"]["name"], pod["spec"]["nodeName"]
    log = kubectl("-n", FUNCTIONS, "logs", name, "-c", APP, "--timestamps")
    metrics = kubectl("get", "--raw", f"/api/v1/nodes/{node}/proxy/metrics/resource")
    labels = f'container="{APP}",namespace="{FUNCTIONS}",pod="{name}"'
    said, created = (
        SAID.search(log),
        re.search(rf"^container_start_time_seconds{{{labels}}} (\S+)", metrics, re.MULTILINE),
    )
    at_s = {}
    if said:
        at_s[LISTENS] = datetime.fromisoformat(said[1]).timestamp()
    if created:
        at_s[CREATED] = float(created[1])
    return at_s
