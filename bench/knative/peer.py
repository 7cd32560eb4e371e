"""The static server on the cluster: its image, and a Service that is lr-predict's in everything else."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.e2e.cluster import FUNCTIONS, applied, get, kubectl

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PEER", "deployed"]

PEER = "bench-static"
IMAGE = Path(__file__).with_name("image")
KEPT = ("annotations", "labels")


@contextmanager
def deployed() -> Iterator[None]:
    """Have the static server for as long as the context lasts."""
    built = subprocess.run([IMAGE], stdout=subprocess.PIPE, text=True, check=True)
    tag = built.stdout.splitlines()[-1]
    with applied(like(get("ksvc", "lr-predict"), tag)):
        kubectl("-n", FUNCTIONS, "wait", f"ksvc/{PEER}", "--for=condition=Ready", "--timeout=110s")
        yield


def like(service: dict[str, Any], tag: str) -> dict[str, Any]:
    """Return a Service with another name and image, and all other settings: its pods differ in nothing else."""
    metadata, template = service["metadata"], service["spec"]["template"]
    (container,) = template["spec"]["containers"]
    spec = {**template["spec"], "containers": [{**container, "image": tag}]}
    kept = {name: template["metadata"][name] for name in KEPT if name in template["metadata"]}
    own = {"name": PEER, "namespace": metadata["namespace"], "labels": metadata.get("labels", {})}
    return {**service, "metadata": own, "spec": {"template": {"metadata": kept, "spec": spec}}, "status": {}}
