"""What the tests of the deployed thing share. Where there is no cluster they fail; they skip nothing."""

from __future__ import annotations

import json
import os
import subprocess
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest
from obstore.store import S3Store

from tests.e2e import subscriber as subscribers
from tests.e2e.cluster import FUNCTIONS, VISITORS, applied, door, get, kubectl, secret, until
from tests.e2e.doors import way_in
from tests.e2e.events import OWN_SOURCE
from tests.e2e.models import Model, new_name
from tests.e2e.programs import BUCKET, Operator
from tests.e2e.tls import bucket_door, trusting
from tests.e2e.triggers import OBJECTS, narrowed, silenced

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from tests.e2e.subscriber import Subscriber

ROOT = Path(__file__).parents[2]
WAKE_S = 90.0  # a request may have to wait for a pod


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put what the cluster and the bucket say beside a failure."""
    report = yield
    if report.failed:
        done = subprocess.run([ROOT / "knative/diagnose"], capture_output=True, text=True, check=False, timeout=120)
        report.sections.append(("the cluster", done.stdout + done.stderr))
        report.sections += [(f"latest of {model.name}", shown(model)) for model in models_of(item)]
    return report


def models_of(item: pytest.Function) -> list[Model]:
    """Return the models that a test works on."""
    return [each for each in item.funcargs.values() if isinstance(each, Model)]


def shown(model: Model) -> str:
    """Return what a model is, or why that cannot be said."""
    try:
        return json.dumps(model.latest(), indent=2)
    except Exception as error:  # noqa: BLE001  -- a report must not hide what it reports
        return f"cannot be read: {error}"


@pytest.fixture(scope="session", autouse=True)
def no_other_store() -> Iterator[None]:
    """Hide the variables of a store that the shell has open: obstore would go there."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session", autouse=True)
def trusted() -> Iterator[None]:
    """Trust whom the deployment's certificates are signed by."""
    with trusting():
        yield


@pytest.fixture(scope="session")
def gateway() -> Iterator[str]:
    """Give Kourier's address from here."""
    with way_in() as address:
        yield address


def key() -> dict[str, str]:
    """Return the header of a caller that may do everything; `make deploy` said its first key when it made it."""
    return {"X-API-Key": os.environ["LR_KEY"]} if os.environ.get("LR_KEY") else {}


def client_of(service: str, gateway: str) -> httpx.Client:
    """Return a client of a Knative Service, by the gateway and the name in the Host header, with the key LR_KEY."""
    url = kubectl("-n", FUNCTIONS, "get", "ksvc", service, "-o", "jsonpath={.status.url}")
    return httpx.Client(base_url=gateway, headers={"Host": urlsplit(url).netloc, **key()}, timeout=WAKE_S)


@pytest.fixture(scope="session")
def predict(gateway: str) -> Iterator[httpx.Client]:
    with client_of("lr-predict", gateway) as client:
        yield client


@pytest.fixture(scope="session")
def train(gateway: str) -> Iterator[httpx.Client]:
    with client_of("lr-train", gateway) as client:
        yield client


@pytest.fixture(scope="session")
def minio() -> Iterator[str]:
    """Give MinIO's address from here."""
    with bucket_door() as address:
        yield address


def open_as(endpoint: str, user: str, password: str, bucket: str = BUCKET) -> S3Store:
    """Open a bucket as one of MinIO's users."""
    return S3Store(
        bucket,
        endpoint=endpoint,
        region="us-east-1",
        access_key_id=user,
        secret_access_key=password,
        virtual_hosted_style_request=False,
        client_options={"allow_http": True},
    )


@pytest.fixture(scope="session")
def open_as_operator(minio: str) -> Callable[..., S3Store]:
    values = secret("minio-root")
    return partial(open_as, minio, values["MINIO_ROOT_USER"], values["MINIO_ROOT_PASSWORD"])


@pytest.fixture(scope="session")
def open_as_function(minio: str) -> Callable[..., S3Store]:
    """Open a bucket with the credentials of the function that is named first."""

    def opened(function: str, bucket: str = BUCKET) -> S3Store:
        values = secret(function)
        return open_as(minio, values["AWS_ACCESS_KEY_ID"], values["AWS_SECRET_ACCESS_KEY"], bucket)

    return opened


@pytest.fixture(scope="session")
def bucket(open_as_operator: Callable[..., S3Store]) -> S3Store:
    """Open the bucket as its operator."""
    return open_as_operator()


@pytest.fixture(scope="session")
def operator(minio: str, tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """Give who owns the bucket."""
    return Operator(minio, tmp_path_factory.mktemp("mc"))


@pytest.fixture(scope="session")
def broker() -> Iterator[str]:
    """Give the broker's URL from here."""
    url = urlsplit(get("broker", "default")["status"]["address"]["url"])
    service, namespace, *_ = str(url.hostname).split(".")
    with door(namespace, service, url.port or 80) as address:
        yield f"{address}{url.path}"


@pytest.fixture(scope="session")
def visitors() -> Iterator[str]:
    """Give a namespace for the tests' own pods, as strict as that of the functions."""
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    metadata = {"name": VISITORS, "labels": labels}
    with applied({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}):
        account = ("-n", VISITORS, "get", "serviceaccount", "default", "--ignore-not-found", "-o", "name")
        until(lambda: kubectl(*account), "the namespace has the account that every pod is given", 60)
        yield VISITORS


@pytest.fixture(scope="session")
def subscriber(visitors: str) -> Iterator[Subscriber]:  # noqa: ARG001  -- where it runs
    """Give a subscriber that is told of every training from now on."""
    with subscribers.deployed() as subscriber:
        yield subscriber


@pytest.fixture(scope="session")
def without_clock() -> Iterator[None]:
    """Let no ping reach train any more, so that an event has to."""
    with silenced():
        yield


@pytest.fixture(scope="module")
def own_events_alone(without_clock: None) -> Iterator[None]:  # noqa: ARG001  -- the other half of it
    """Let none but the tests' own events reach train: a table that is put trains nothing by itself."""
    with narrowed(OBJECTS, {"prefix": {"source": OWN_SOURCE}}):
        yield


@pytest.fixture
def model(bucket: S3Store, train: httpx.Client, predict: httpx.Client) -> Iterator[Model]:
    """Give a model that is not there yet; what comes to be under its name goes at the end."""
    model = Model(new_name(), bucket, train, predict)
    yield model
    model.remove()


@pytest.fixture(scope="session")
def default_model(bucket: S3Store, train: httpx.Client, predict: httpx.Client) -> Iterator[Model]:
    """Give the model that routes without a name mean: the one that is there, else one of our own for a while."""
    model = Model("default", bucket, train, predict)

    def is_served() -> bool:
        return predict.get("/v1/models/default").status_code == 200

    if is_served():
        yield model
        return
    model.put("e2e.csv", [(0, 152), (0.1, 247), (0.2, 342)])
    model.learn()
    until(is_served, "predict knows the model that it did not find before", 30)
    yield model
    model.remove()
