"""What knative/ says holds on this cluster."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.e2e.cluster import FUNCTIONS, MINIO, kubectl, pods
from tests.e2e.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

MANIFESTS = sorted((ROOT / "knative").glob("*.yaml"))
PRIVILEGED = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "privileged"},
    "spec": {"containers": [{"name": "c", "image": "dev.local/c:1", "securityContext": {"privileged": True}}]},
}


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_the_cluster_accepts_the_manifest(path: Path) -> None:
    text = path.read_text().replace("lr-sgd", FUNCTIONS)
    namespace = [] if "namespace: " in text else ["-n", FUNCTIONS]
    kubectl(*namespace, "apply", "--dry-run=server", "-f", "-", stdin=text)


@pytest.mark.parametrize("namespace", [FUNCTIONS, MINIO])
def test_the_namespace_refuses_a_privileged_pod(namespace: str) -> None:
    with pytest.raises(AssertionError, match='violates PodSecurity "restricted'):
        kubectl("-n", namespace, "create", "--dry-run=server", "-f", "-", stdin=json.dumps(PRIVILEGED))


@pytest.mark.parametrize("service", ["lr-predict", "lr-train"])
def test_a_pod_mounts_nothing(request: pytest.FixtureRequest, service: str) -> None:
    client: httpx.Client = request.getfixturevalue(service.removeprefix("lr-"))
    assert client.get("/healthz").status_code == 200
    specs = [pod["spec"] for pod in pods(service)]
    assert specs
    assert not [volume for spec in specs for volume in spec.get("volumes", [])]


@pytest.mark.parametrize("service", ["lr-predict", "lr-train"])
def test_a_revision_bounds_what_a_pod_takes(service: str) -> None:
    template = json.loads(kubectl("-n", FUNCTIONS, "get", "ksvc", service, "-o", "json"))["spec"]["template"]
    assert template["spec"]["containerConcurrency"] > 0
    assert template["spec"]["containers"][0]["resources"].keys() == {"limits", "requests"}
    assert int(template["metadata"]["annotations"]["autoscaling.knative.dev/max-scale"]) > 0
