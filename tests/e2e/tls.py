"""Whom the deployment's certificates are signed by, where it has some: what every program here then trusts."""

from __future__ import annotations

import json
import os
from base64 import b64decode
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.e2e.cluster import FUNCTIONS, MINIO, kubectl
from tests.e2e.doors import door

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BUCKET", "GATEWAY", "authority", "bucket_door", "trusting"]

BUCKET, GATEWAY = (MINIO, "minio-tls"), ("kourier-system", f"{FUNCTIONS}-gateway-tls")


def authority(namespace: str, secret: str) -> str:
    """Return the authority's certificate, in PEM, beside a server's; nothing where there is no such Secret."""
    found = kubectl("-n", namespace, "get", "secret", secret, "--ignore-not-found", "-o", "json")
    return b64decode(json.loads(found)["data"].get("ca.crt", "")).decode() if found else ""


@contextmanager
def trusting() -> Iterator[None]:
    """Have the deployment's authorities trusted by this process and those that it starts, if there are any.

    OpenSSL's variable is the one that obstore, httpx, curl and Go's programs have in common.
    """
    bundle = authority(*BUCKET) + authority(*GATEWAY)
    before = os.environ.get("SSL_CERT_FILE")
    with TemporaryDirectory() as folder:
        path = Path(folder, "authorities.pem")
        path.write_text(bundle)
        if bundle:
            os.environ["SSL_CERT_FILE"] = str(path)
        try:
            yield
        finally:
            if before is None:
                os.environ.pop("SSL_CERT_FILE", None)
            else:
                os.environ["SSL_CERT_FILE"] = before


@contextmanager
def bucket_door() -> Iterator[str]:
    """Open a way to MinIO, which speaks TLS where it was given a certificate, and give its URL on this machine."""
    with door(MINIO, "minio", 9000, "https" if authority(*BUCKET) else "http") as address:
        yield address
