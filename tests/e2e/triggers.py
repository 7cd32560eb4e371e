"""Who tells train what, changed for a while: a Trigger that lets less through or is not there, a clock that hurries."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.e2e.cluster import FUNCTIONS, get, kubectl, until

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CLOCK", "OBJECTS", "narrowed", "removed", "silenced", "striking", "wait_until_ready"]

OBJECTS, CLOCK = "lr-train-objects", "lr-train-clock"
NOTHING = {"exact": {"source": "/e2e/nobody"}}
READY_S = 60
# Knative's window of 60 s, after what is in flight has ended.
TO_IDLE_S = 180
OWN = {"creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"}
"""What the API server writes into an object's metadata by itself."""


def is_ready(kind: str, name: str) -> bool:
    """Tell whether a Trigger or a source does its work as its spec is now."""
    found = get(kind, name)
    status = found.get("status", {})
    is_true = {each["type"] for each in status.get("conditions", []) if each["status"] == "True"}
    return status.get("observedGeneration") == found["metadata"]["generation"] and "Ready" in is_true


def wait_until_ready(kind: str, name: str) -> None:
    """Wait until a Trigger or a source does its work."""
    until(lambda: is_ready(kind, name), f"the {kind} {name} is ready", READY_S)


def set_spec(kind: str, name: str, spec: dict[str, Any]) -> None:
    """Change fields of a spec."""
    kubectl("-n", FUNCTIONS, "patch", kind, name, "--type", "merge", "-p", json.dumps({"spec": spec}))
    wait_until_ready(kind, name)


@contextmanager
def changed(kind: str, name: str, field: str, value: Any) -> Iterator[None]:
    """Have another value in a field of a spec, for as long as the context lasts."""
    before = get(kind, name)["spec"].get(field)
    try:
        set_spec(kind, name, {field: value})
        yield
    finally:
        set_spec(kind, name, {field: before})


@contextmanager
def narrowed(trigger: str, more: dict[str, Any]) -> Iterator[None]:
    """Let fewer events through a Trigger: those that pass one more filter beside its own."""
    filters = get("trigger", trigger)["spec"].get("filters", [])
    with changed("trigger", trigger, "filters", [*filters, more]):
        yield


@contextmanager
def silenced() -> Iterator[None]:
    """Let no stroke of the clock reach train, and none be on its way: one may have waited long for a pod."""
    with narrowed(CLOCK, NOTHING):
        until(lambda: not is_busy("lr-events"), "lr-events had no request for as long as it takes to sleep", TO_IDLE_S)
        yield


@contextmanager
def striking() -> Iterator[None]:
    """Let the clock strike every two seconds and be heard, however long it waits else, and silenced or not."""
    heard = [each for each in get("trigger", CLOCK)["spec"]["filters"] if each != NOTHING]
    with changed("trigger", CLOCK, "filters", heard), changed("pingsource", CLOCK, "schedule", "*/2 * * * * *"):
        yield


def is_busy(service: str) -> bool:
    """Tell whether a Knative Service had a request within its window, be it that it waits for a pod."""
    revision = get("ksvc", service)["status"]["latestReadyRevisionName"]
    conditions = get("podautoscaler", revision)["status"]["conditions"]
    return all(each["status"] != "False" for each in conditions if each["type"] == "Active")


@contextmanager
def removed(trigger: str) -> Iterator[None]:
    """Take a Trigger away, and make it again as it was."""
    found = get("trigger", trigger)
    kept = {name: value for name, value in found["metadata"].items() if name not in OWN}
    again = json.dumps({**found, "metadata": kept, "status": {}})
    kubectl("-n", FUNCTIONS, "delete", "trigger", trigger)
    try:
        yield
    finally:
        kubectl("create", "-f", "-", stdin=again)
        wait_until_ready("trigger", trigger)
