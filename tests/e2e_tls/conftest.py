"""What the tests of a deployment with certificates share: they fail where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.e2e.cluster import get
from tests.e2e.conftest import (
    bucket,
    client_of,
    gateway,
    minio,
    no_other_store,
    open_as_operator,
    operator,
    predict,
    pytest_runtest_makereport,
    train,
    trusted,
)
from tests.e2e.doors import way_in_by_tls
from tests.e2e.models import FIRST, Model, new_name
from tests.e2e.tls import BUCKET, GATEWAY, authority

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx
    from obstore.store import S3Store

__all__ = [
    "bucket",
    "client_of",
    "gateway",
    "minio",
    "no_other_store",
    "open_as_operator",
    "operator",
    "predict",
    "pytest_runtest_makereport",
    "train",
    "trusted",
]


@pytest.fixture(scope="session")
def gateway_by_tls() -> Iterator[str]:
    """Give the host and the port at which Kourier speaks TLS."""
    with way_in_by_tls() as address:
        yield urlsplit(address).netloc


@pytest.fixture(scope="session")
def gateway_authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file to trust the gateway by."""
    return stored(tmp_path_factory, authority(*GATEWAY))


@pytest.fixture(scope="session")
def bucket_authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file to trust MinIO by."""
    return stored(tmp_path_factory, authority(*BUCKET))


def stored(factory: pytest.TempPathFactory, certificate: str) -> Path:
    assert certificate, "this deployment has no certificate: GATEWAY_TLS= and MINIO_TLS= are to be given to make deploy"
    path = factory.mktemp("authority") / "ca.crt"
    path.write_text(certificate)
    return path


@pytest.fixture(scope="session")
def learned(bucket: S3Store, train: httpx.Client, predict: httpx.Client) -> Iterator[Model]:
    """Give a model y = 2·x + 1 whose table was put into the bucket, and nothing else."""
    model = Model(new_name(), bucket, train, predict)
    model.put("first.csv", FIRST)
    model.learned()
    yield model
    model.remove()


@pytest.fixture(scope="session")
def host() -> dict[str, str]:
    """Give the names that the gateway tells the Services by."""
    return {name: urlsplit(get("ksvc", name)["status"]["url"]).netloc for name in ("lr-predict", "lr-predict-grpc")}
