"""What knative/ says holds on this cluster."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.cluster import FUNCTIONS, MINIO, kubectl, pods, until
from tests.e2e.conftest import ROOT
from tests.e2e.programs import run

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

MANIFESTS = sorted((ROOT / "knative").glob("*.yaml"))
READY_S = 120
SERVICES = ("lr-predict", "lr-predict-grpc", "lr-train", "lr-events", "lr-notify", "lr-deadletters")
TRIGGERS = ("lr-train-objects", "lr-train-clock")
READY = [f"ksvc/{name}" for name in SERVICES] + [f"trigger/{name}" for name in TRIGGERS]
READY += ["broker/default", "pingsource/lr-train-clock"]
# What Knative's Trigger knows of delivery. The API server takes any other word, too, and says nothing.
DELIVERY = {"retry", "backoffPolicy", "backoffDelay", "timeout", "deadLetterSink"}
AS_DEPLOYED = f"""
cd {ROOT}
. knative/steps/common.sh
minio_ca=$(bucket_authority)
manifest "$1"
"""
PRIVILEGED = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "privileged"},
    "spec": {"containers": [{"name": "c", "image": "dev.local/c:1", "securityContext": {"privileged": True}}]},
}


def get(namespace: str, *words: str) -> Any:
    return json.loads(kubectl("-n", namespace, "get", *words, "-o", "json"))


def template(service: str) -> Any:
    """Return what a Knative Service makes of its pods."""
    return get(FUNCTIONS, "ksvc", service)["spec"]["template"]


def variables(service: str) -> dict[str, Any]:
    """Return the variables of a Service's container that its file gives values."""
    (container,) = template(service)["spec"]["containers"]
    return {variable["name"]: variable.get("value") for variable in container.get("env", [])}


def create(namespace: str, what: object) -> None:
    """Ask whether something would be let in."""
    kubectl("-n", namespace, "create", "--dry-run=server", "-f", "-", stdin=json.dumps(what))


def pod_of(owner: Any) -> dict[str, Any]:
    """Return the pod that a Deployment or a Job makes."""
    pod = owner["spec"]["template"]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "as-made"}, "spec": pod["spec"]}


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_the_cluster_accepts_the_manifest(path: Path) -> None:
    text = run(["bash", "-c", AS_DEPLOYED, "bash", path.name], {"NAMESPACE": FUNCTIONS})
    namespace = [] if "namespace: " in text else ["-n", FUNCTIONS]
    kubectl(*namespace, "apply", "--dry-run=server", "-f", "-", stdin=text)


@pytest.mark.parametrize("name", READY)
def test_what_was_deployed_is_ready(name: str) -> None:
    def is_ready() -> bool:
        conditions = {condition["type"]: condition for condition in get(FUNCTIONS, name)["status"]["conditions"]}
        return bool(conditions["Ready"]["status"] == "True")

    until(is_ready, f"{name} is ready", READY_S)  # a node without room for a pod makes a Service unready for a while


@pytest.mark.parametrize("namespace", [FUNCTIONS, MINIO])
def test_the_namespace_refuses_a_privileged_pod(namespace: str) -> None:
    with pytest.raises(AssertionError, match='violates PodSecurity "restricted'):
        create(namespace, PRIVILEGED)


@pytest.mark.parametrize("service", SERVICES)
def test_the_namespace_admits_the_pods_of_a_function(service: str) -> None:
    made = get(FUNCTIONS, "deployment", "-l", f"serving.knative.dev/service={service}")["items"]
    assert made
    for deployment in made:
        create(FUNCTIONS, pod_of(deployment))


@pytest.mark.parametrize("owner", ["deployment/minio", "job/minio-setup"])
def test_the_namespace_admits_the_pods_of_the_bucket(owner: str) -> None:
    create(MINIO, pod_of(get(MINIO, owner)))


@pytest.mark.parametrize("namespace", [FUNCTIONS, MINIO])
def test_policies_admit_nothing_that_they_do_not_name(namespace: str) -> None:
    policies = {item["metadata"]["name"]: item["spec"] for item in get(namespace, "networkpolicy")["items"]}
    nothing_else = policies.pop("nothing-else")
    assert nothing_else == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for name, spec in policies.items():
        (way,) = spec["policyTypes"]
        for rule in spec[way.lower()]:
            assert rule["ports"], name
            assert rule["from" if way == "Ingress" else "to"], name


@pytest.mark.parametrize("service", ["lr-predict", "lr-train"])
def test_a_pod_mounts_nothing(request: pytest.FixtureRequest, service: str) -> None:
    client: httpx.Client = request.getfixturevalue(service.removeprefix("lr-"))
    assert client.get("/healthz").status_code == 200
    specs = [pod["spec"] for pod in pods(service)]
    assert specs
    assert not [volume for spec in specs for volume in spec.get("volumes", [])]


@pytest.mark.parametrize("service", SERVICES)
def test_a_revision_bounds_what_a_pod_takes(service: str) -> None:
    made = template(service)
    assert made["spec"]["containerConcurrency"] > 0
    assert made["spec"]["containers"][0]["resources"].keys() == {"limits", "requests"}
    assert int(made["metadata"]["annotations"]["autoscaling.knative.dev/max-scale"]) > 0


@pytest.mark.parametrize("service", ["lr-events", "lr-notify", "lr-deadletters"])
def test_a_companion_of_train_has_no_name_outside_the_cluster(service: str) -> None:
    url = get(FUNCTIONS, "ksvc", service)["status"]["url"]
    assert url.endswith(f"{service}.{FUNCTIONS}.svc.cluster.local")


def test_notify_holds_no_credential_of_the_bucket() -> None:
    (container,) = template("lr-notify")["spec"]["containers"]
    assert container["envFrom"] == [{"secretRef": {"name": "lr-notify"}}]
    assert list(get(FUNCTIONS, "secret", "lr-notify")["data"]) == ["LR_NOTIFY_TOKEN"]
    assert not [name for name in variables("lr-notify") if name.startswith("AWS_")]


def test_what_trains_alone_holds_the_key_for_pseudonyms_and_the_one_that_is_kept_with_the_data() -> None:
    holders = {
        service
        for service in SERVICES
        for each in template(service)["spec"]["containers"][0].get("envFrom", ())
        if each["secretRef"]["name"] == "lr-hash"
    }
    assert holders == {"lr-train", "lr-events"}
    assert get(FUNCTIONS, "secret", "lr-hash")["data"] == get(MINIO, "secret", "lr-hash")["data"]
    assert list(get(FUNCTIONS, "secret", "lr-hash")["data"]) == ["LR_HASH_KEY"]


@pytest.mark.parametrize("service", ["lr-notify", "lr-train", "lr-events"])
def test_events_go_to_the_address_that_the_broker_has(service: str) -> None:
    assert variables(service)["K_SINK"] == get(FUNCTIONS, "broker", "default")["status"]["address"]["url"]


@pytest.mark.parametrize("name", TRIGGERS)
def test_a_trigger_says_what_becomes_of_a_failure(name: str) -> None:
    trigger = get(FUNCTIONS, "trigger", name)
    assert trigger["spec"]["delivery"].keys() == DELIVERY
    # A train that was cut at its time limit answers before who waits for it gives up.
    assert trigger["spec"]["delivery"]["timeout"] == "PT11M"
    assert template("lr-events")["spec"]["timeoutSeconds"] < 11 * 60
    assert trigger["status"]["subscriberUri"] == f"http://lr-events.{FUNCTIONS}.svc.cluster.local/train"
    assert "lr-deadletters" in trigger["status"]["deadLetterSinkUri"]
