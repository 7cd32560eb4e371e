"""A subscriber of the tests' own: a pod, a Service before it, and Triggers that lead to it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.e2e.cluster import FUNCTIONS, VISITORS, applied, get, kubectl
from tests.e2e.triggers import OBJECTS, wait_until_ready

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["TRAINED", "Delivery", "Subscriber", "deployed", "train_image"]

NAME = "e2e-subscriber"
TRAINED = "io.github.lr-sgd.model.trained"
PROGRAM = Path(__file__).with_name("subscriber_program.py")
LABELS = {"app.kubernetes.io/name": NAME}
METADATA = {"name": NAME, "namespace": VISITORS, "labels": LABELS}
PORT = 8080
ASK = """
import json, sys
from http.client import HTTPConnection
host, *request = json.loads(sys.argv[1])
connection = HTTPConnection(host, timeout=90)
connection.request(*request)
print(connection.getresponse().status)
"""


@dataclass(frozen=True)
class Delivery:
    """A request that the subscriber was sent, and the status of its answer."""

    path: str
    headers: dict[str, str]
    body: str
    status: int


def delivery(line: str) -> Delivery:
    """Read a line of the log; attributes are percent-encoded or UTF-8, as who delivers them likes it."""
    read = Delivery(**json.loads(line))
    return replace(read, headers={name: unquote(value.encode("latin-1")) for name, value in read.headers.items()})


class Subscriber:
    """What the pod has been sent, and a place to call from within the cluster."""

    def deliveries(self, **attributes: str) -> list[Delivery]:
        """Return the deliveries of events with these attributes, in the order in which they were answered."""
        lines = kubectl("-n", VISITORS, "logs", NAME).splitlines()
        found = [delivery(line) for line in lines if line.startswith("{")]
        wanted = {f"ce-{name}": value for name, value in attributes.items()}.items()
        return [each for each in found if wanted <= each.headers.items()]

    def trained(self, model: str) -> list[Delivery]:
        """Return the announcements of a model's trainings."""
        return self.deliveries(type=TRAINED, source=f"/lr-sgd/models/{model}")

    def status_of(self, method: str, host: str, path: str, headers: dict[str, str], body: str = "") -> int:
        """Send a request from within the cluster, and return the status of the answer."""
        words = json.dumps([host, method, path, body, headers])
        return int(kubectl("-n", VISITORS, "exec", NAME, "--", "python", "-c", ASK, words))

    @contextmanager
    def between(self, prefix: str) -> Iterator[None]:
        """Have the events of some keys delivered here too, as they are to train, to be handed on to it.

        The Trigger has train's own settings of delivery; what it gives up comes to /letters. The prefix is to be of
        plain characters: a filter sees the others percent-encoded, where notify has sent them so.
        """
        spec = deepcopy(get("trigger", OBJECTS)["spec"])
        spec["filters"] = [*spec["filters"], {"prefix": {"subject": prefix}}]
        spec["delivery"]["deadLetterSink"] = {"uri": f"{url()}/letters"}
        with trigger(f"{NAME}-between", {**spec, "subscriber": {"uri": f"{url()}/train"}}):
            yield


def url() -> str:
    """Return the subscriber's URL within the cluster."""
    return f"http://{NAME}.{VISITORS}.svc.cluster.local"


def train_image() -> str:
    """Return the image of train, which has Python and is on the node."""
    image: str = get("ksvc", "lr-train")["spec"]["template"]["spec"]["containers"][0]["image"]
    return image


@contextmanager
def trigger(name: str, spec: dict[str, Any]) -> Iterator[None]:
    """Have a Trigger that delivers, for as long as the context lasts."""
    metadata = {"name": name, "namespace": FUNCTIONS}
    with applied({"apiVersion": "eventing.knative.dev/v1", "kind": "Trigger", "metadata": metadata, "spec": spec}):
        wait_until_ready("trigger", name)
        yield


@contextmanager
def deployed() -> Iterator[Subscriber]:
    """Have a pod that is told of every training, for as long as the context lasts."""
    with applied(pod(), service()):
        kubectl("-n", VISITORS, "wait", "--for=condition=Ready", f"pod/{NAME}", "--timeout=90s")
        announcements = {"broker": "default", "filters": [{"exact": {"type": TRAINED}}]}
        with trigger(NAME, {**announcements, "subscriber": {"uri": url()}}):
            yield Subscriber()


def pod() -> dict[str, Any]:
    """Return the pod, which asks for no more than a restricted namespace gives."""
    container = {
        "name": "subscriber",
        "image": train_image(),
        "imagePullPolicy": "IfNotPresent",
        "command": ["python", "-c", PROGRAM.read_text()],
        "env": [{"name": "TRAIN_HOST", "value": f"lr-events.{FUNCTIONS}.svc.cluster.local"}],
        "readinessProbe": {"httpGet": {"path": "/", "port": PORT}, "periodSeconds": 1},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }
    spec = {"automountServiceAccountToken": False, "enableServiceLinks": False, "containers": [container]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": METADATA, "spec": spec}


def service() -> dict[str, Any]:
    """Return the Service before the pod."""
    spec = {"selector": LABELS, "ports": [{"port": 80, "targetPort": PORT}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": METADATA, "spec": spec}
