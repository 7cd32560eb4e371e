"""The files of MinIO's volume, as who holds the disk reads them."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.cluster import MINIO, applied, kubectl, until
from tests.e2e.subscriber import train_image

__all__ = ["files_with"]

NAME = "e2e-disk"
TO_READ_S = 120
SEARCH = """
import json, os, sys
texts = json.loads(sys.argv[1])
paths = [os.path.join(folder, name) for folder, _, names in os.walk("/data") for name in names]
held = {path: open(path, "rb").read() for path in paths}
print(json.dumps({text: [path for path in paths if text.encode() in held[path]] for text in texts}))
"""


def files_with(*texts: str) -> dict[str, list[str]]:
    """Return for each text the files of the volume that hold it: a pod beside MinIO's reads every one."""
    with applied(pod(texts)):

        def phase() -> str:
            return kubectl("-n", MINIO, "get", "pod", NAME, "-o", "jsonpath={.status.phase}")

        until(lambda: phase() in {"Succeeded", "Failed"}, "the disk was read", TO_READ_S)
        said = kubectl("-n", MINIO, "logs", NAME)
    assert said.startswith("{"), said
    found: dict[str, list[str]] = json.loads(said)
    return found


def pod(texts: tuple[str, ...]) -> dict[str, Any]:
    """Return the pod, which has MinIO's user and its volume to read alone."""
    container = {
        "name": "search",
        "image": train_image(),
        "imagePullPolicy": "IfNotPresent",
        "command": ["python", "-c", SEARCH, json.dumps(texts)],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "runAsNonRoot": True,
            "runAsUser": 65532,
            "runAsGroup": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "volumeMounts": [{"name": "data", "mountPath": "/data", "readOnly": True}],
    }
    spec = {
        "automountServiceAccountToken": False,
        "containers": [container],
        "restartPolicy": "Never",
        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "minio"}}],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": NAME, "namespace": MINIO}, "spec": spec}
