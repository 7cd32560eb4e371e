"""The bucket of what is deployed, opened as its operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.settings import S3Settings
from lr_core.store import open_store
from tests.e2e.cluster import secret
from tests.e2e.programs import BUCKET

if TYPE_CHECKING:
    from lr_core.store import Store

__all__ = ["open_bucket"]

TIMEOUT_S = 30.0


def open_bucket(endpoint: str) -> Store:
    """Open the bucket at MinIO's URL on this machine."""
    values = secret("minio-root")
    user, password = values["MINIO_ROOT_USER"], values["MINIO_ROOT_PASSWORD"]
    access = S3Settings(endpoint, access_key_id=user, secret_access_key=password)
    return open_store(f"s3://{BUCKET}", access, TIMEOUT_S)
