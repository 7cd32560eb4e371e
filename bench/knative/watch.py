"""What the API says of a namespace, and when it said so."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tests.e2e.cluster import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import IO

    from bench.knative.report import Moments

__all__ = ["Seen", "first", "is_ready", "of_service", "watching"]

DEADLINE_S = 30
# First what is there, then a bookmark, then what changes: the bookmark says that the watch stands.
FROM_NOW = {
    "watch": "true",
    "sendInitialEvents": "true",
    "allowWatchBookmarks": "true",
    "resourceVersionMatch": "NotOlderThan",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A state of an object, and when it arrived here, in seconds of this machine's clock."""

    at_s: float
    item: dict[str, Any]


@contextmanager
def watching(group: str, resource: str, selector: str = "") -> Iterator[list[Seen]]:
    """Watch a kind of object in the functions' namespace; the list grows as long as the context lasts.

    Parameters
    ----------
    group, resource
        Where the API has them, such as `api/v1` and `pods`.
    selector
        Labels.
    """
    query = urlencode({**FROM_NOW, "labelSelector": selector})
    path = f"/{group}/namespaces/{FUNCTIONS}/{resource}?{query}"
    seen: list[Seen] = []
    stands = Event()
    with subprocess.Popen(["kubectl", "get", "--raw", path], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101  -- for the type checker: it is a pipe
        reader = Thread(target=read, args=(process.stdout, seen, stands), daemon=True)
        reader.start()
        try:
            if not stands.wait(DEADLINE_S):
                sys.exit(f"error: the watch of {resource} does not stand within {DEADLINE_S} s")
            yield seen
        finally:
            process.terminate()
            reader.join()


def read(lines: IO[bytes], seen: list[Seen], stands: Event) -> None:
    """Take down the states that arrive once the watch stands."""
    for line in lines:
        at_s = time.time()
        change = json.loads(line)
        if change["type"] == "BOOKMARK":
            stands.set()
        elif stands.is_set():
            seen.append(Seen(at_s, change["object"]))


def first(seen: Iterable[Seen], name: str, is_so: Callable[[dict[str, Any]], object]) -> Moments:
    """Return when something was first so, by its name, or nothing."""
    return next(({name: each.at_s} for each in seen if is_so(each.item)), {})


def of_service(pods: Iterable[Seen], service: str) -> list[Seen]:
    """Return the pods of a Knative Service."""
    label = "serving.knative.dev/service"
    return [each for each in pods if each.item["metadata"].get("labels", {}).get(label) == service]


def is_ready(pod: dict[str, Any]) -> bool:
    """Tell whether a pod takes requests."""
    conditions = pod["status"].get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
