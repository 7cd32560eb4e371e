"""What a test needs of the cluster: kubectl, objects for a while, and a wait for a condition."""

from __future__ import annotations

import json
import os
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from tests.e2e.doors import door

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["FUNCTIONS", "MINIO", "VISITORS", "applied", "door", "get", "kubectl", "pods", "secret", "until"]

FUNCTIONS = os.environ.get("NAMESPACE") or "lr-sgd"
MINIO = f"{FUNCTIONS}-minio"
VISITORS = f"{FUNCTIONS}-visitors"
"""Where the tests' own pods run, as other people's programs do: the functions' namespace may admit nobody else."""
T = TypeVar("T")
POLL_S = 0.5


def kubectl(*words: str, stdin: str | None = None) -> str:
    """Run kubectl in the current context and return what it prints; fail with what it complains of."""
    done = subprocess.run(["kubectl", *words], input=stdin, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, f"kubectl {' '.join(words)}: {done.stderr.strip()}"
    return done.stdout


def get(kind: str, *words: str) -> dict[str, Any]:
    """Return what the functions' namespace holds of a kind: one object by its name, or a list."""
    found: dict[str, Any] = json.loads(kubectl("-n", FUNCTIONS, "get", kind, *words, "-o", "json"))
    return found


def pods(service: str) -> list[dict[str, Any]]:
    """Return the pods that Knative runs for a Service, those that are ending too."""
    of_revisions = f"serving.knative.dev/service={service},serving.knative.dev/revision"
    found: list[dict[str, Any]] = get("pods", "-l", of_revisions)["items"]
    return found


@contextmanager
def applied(*objects: dict[str, Any]) -> Iterator[None]:
    """Make objects, in place of what a run that was cut off has left of them, and delete them at the end."""
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    kubectl("delete", "--ignore-not-found", "-f", "-", stdin=text)
    try:
        kubectl("apply", "-f", "-", stdin=text)
        yield
    finally:
        kubectl("delete", "--ignore-not-found", "--grace-period=1", "-f", "-", stdin=text)


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
