"""What a test needs of the cluster: kubectl, a door to a Service, and a wait for a condition."""

from __future__ import annotations

import json
import os
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["FUNCTIONS", "MINIO", "door", "kubectl", "pods", "secret", "until"]

FUNCTIONS = os.environ.get("NAMESPACE") or "lr-sgd"
MINIO = f"{FUNCTIONS}-minio"
T = TypeVar("T")
POLL_S = 0.5


def kubectl(*words: str, stdin: str | None = None) -> str:
    """Run kubectl in the current context and return what it prints; fail with what it complains of."""
    done = subprocess.run(["kubectl", *words], input=stdin, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, f"kubectl {' '.join(words)}: {done.stderr.strip()}"
    return done.stdout


def pods(service: str) -> list[dict[str, Any]]:
    """Return the pods of a Knative Service, those that are ending too."""
    label = f"serving.knative.dev/service={service}"
    found: list[dict[str, Any]] = json.loads(kubectl("-n", FUNCTIONS, "get", "pods", "-l", label, "-o", "json"))[
        "items"
    ]
    return found


def secret(name: str) -> dict[str, str]:
    """Return the values of one of MinIO's Secrets."""
    template = "{{range $key, $value := .data}}{{$key}}={{base64decode $value}}\n{{end}}"
    lines = kubectl("-n", MINIO, "get", "secret", name, "-o", f"go-template={template}").splitlines()
    return dict(line.split("=", 1) for line in lines)


def until(condition: Callable[[], T], what: str, seconds: float) -> T:
    """Ask until the answer is true, and return it; fail with what did not happen in time."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"within {seconds:.0f} s not: {what}"
        time.sleep(POLL_S)
    return answer


@contextmanager
def door(namespace: str, service: str, port: int) -> Iterator[str]:
    """Open a way to a Service for as long as the context lasts, and give its URL on this machine."""
    command = ["kubectl", "-n", namespace, "port-forward", f"service/{service}", f":{port}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as forward:
        assert forward.stdout is not None
        try:
            line = forward.stdout.readline()  # "Forwarding from 127.0.0.1:40123 -> 9000"
            assert line.startswith("Forwarding from "), f"{' '.join(command)} did not begin"
            yield f"http://{line.split()[2]}"
        finally:
            forward.terminate()
