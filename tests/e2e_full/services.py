"""A Knative Service as it is deployed: its manifest, a pod of its image, a copy of it, its removal for a while."""

from __future__ import annotations

import json
import subprocess
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.e2e.cluster import FUNCTIONS, get, kubectl, pods, until

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "copied",
    "has_pod",
    "how_to_kill",
    "is_ready",
    "kill",
    "kn",
    "manifest",
    "model_in_one_go",
    "wait_until_ready",
]

IN_ONE_GO = Path(__file__).with_name("in_one_go.py")
TO_END_S = 300.0
TO_BE_READY_S = 180.0


def kn(*words: str) -> str:
    """Run kn in the functions' namespace and return what it prints; fail with what it complains of."""
    done = subprocess.run(["kn", *words, "-n", FUNCTIONS], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, f"kn {' '.join(words)}: {done.stderr.strip()}"
    return done.stdout


def manifest(service: str) -> dict[str, Any]:
    """Return a Service without what the cluster wrote into it."""
    found = get("ksvc", service)
    meta = found["metadata"]
    kept = {name: value for name, value in meta.get("annotations", {}).items() if "serving.knative.dev" not in name}
    found["metadata"] = {"name": service, "labels": meta.get("labels", {}), "annotations": kept}
    del found["status"]
    return found


def ready(service: str) -> bool:
    """Tell whether a Service is ready."""
    condition = '{.status.conditions[?(@.type=="Ready")].status}'
    return kubectl("-n", FUNCTIONS, "get", "ksvc", service, "-o", f"jsonpath={condition}") == "True"


def wait_until_ready(service: str) -> None:
    until(lambda: ready(service), f"{service} is ready", TO_BE_READY_S)


def has_pod(service: str) -> bool:
    """Tell whether a pod of a Service runs and is not about to end."""
    return any(is_ready(pod) for pod in pods(service))


def is_ready(pod: dict[str, Any]) -> bool:
    """Tell whether a pod takes requests."""
    conditions = {each["type"]: each["status"] for each in pod["status"].get("conditions", [])}
    return conditions.get("Ready") == "True" and "deletionTimestamp" not in pod["metadata"]


def kill(service: str) -> None:
    """Delete all pods of a Service at once."""
    names = [pod["metadata"]["name"] for pod in pods(service)]
    if names:
        kubectl("-n", FUNCTIONS, "delete", "pod", *names, *how_to_kill(), "--ignore-not-found", "--wait=false")


@cache
def how_to_kill() -> tuple[str, ...]:
    """Return how a pod is deleted: by force, but where that may take the kubelet with it.

    A kubelet of 1.34 that hears that a pod is no more while it looks after it fails over a nil pointer in its resizing
    of pods, if cgroupsPerQOS is off. There a pod gets a second to end, after which its containers are killed as well.
    """
    nodes = kubectl("get", "nodes", "-o", "jsonpath={.items[*].metadata.name}").split()
    fails = any(is_fragile(kubelet_settings(node)) for node in nodes)
    return ("--now",) if fails else ("--force", "--grace-period=0")


def kubelet_settings(node: str) -> dict[str, Any]:
    """Return what a kubelet has been told."""
    told: dict[str, Any] = json.loads(kubectl("get", "--raw", f"/api/v1/nodes/{node}/proxy/configz"))
    settings: dict[str, Any] = told["kubeletconfig"]
    return settings


def is_fragile(settings: dict[str, Any]) -> bool:
    """Tell whether a kubelet may fail over a pod that is deleted by force."""
    resizes = settings.get("featureGates", {}).get("InPlacePodVerticalScaling", True)
    return bool(resizes) and not settings["cgroupsPerQOS"]


@contextmanager
def copied(service: str, name: str) -> Iterator[None]:
    """Run another Service like one that is there, for as long as the context lasts."""
    copy = manifest(service)
    copy["metadata"] |= {"name": name, "annotations": {}}
    try:
        kubectl("-n", FUNCTIONS, "apply", "-f", "-", stdin=json.dumps(copy))
        wait_until_ready(name)
        yield
    finally:
        kubectl("-n", FUNCTIONS, "delete", "ksvc", name, "--ignore-not-found")


def model_in_one_go(model: str) -> bytes:
    """Train the tables of a model at once, in a pod like those of train, and return model.json."""
    template = manifest("lr-train")["spec"]["template"]["spec"]
    container = {key: template["containers"][0][key] for key in ("image", "env", "envFrom", "securityContext")}
    container |= {"name": "train", "command": ["python", "-c", IN_ONE_GO.read_text(), model]}
    name = f"in-one-go-{uuid4().hex[:8]}"
    spec = {"containers": [container], "restartPolicy": "Never", "enableServiceLinks": False}
    labels = {"serving.knative.dev/service": "lr-train"}  # by which a network policy lets it reach MinIO
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": labels}, "spec": spec}
    try:
        kubectl("-n", FUNCTIONS, "apply", "-f", "-", stdin=json.dumps(pod))
        phase = ("-n", FUNCTIONS, "get", "pod", name, "-o", "jsonpath={.status.phase}")
        ended = until(lambda: {kubectl(*phase)} & {"Succeeded", "Failed"}, f"the pod {name} ended", TO_END_S)
        printed = kubectl("-n", FUNCTIONS, "logs", name)
        assert ended == {"Succeeded"}, printed
        return printed.encode()
    finally:
        kubectl("-n", FUNCTIONS, "delete", "pod", name, "--ignore-not-found", "--wait=false")
