"""From a URL to a store."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from obstore import exceptions
from obstore.store import LocalStore, MemoryStore, S3Store

from lr_core.errors import SettingsError
from lr_core.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from obstore.store import ClientConfig, RetryConfig

    from lr_core.settings import S3Settings, Settings

__all__ = ["open_store", "store_of"]

BUCKET = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,62}", re.ASCII)
ENDPOINT = re.compile(r"https?://[^/\s]+/?")


def open_store(url: str, s3: S3Settings | None = None, timeout_s: float = 5.0) -> Store:
    """Open the store that a URL names; nothing is asked of it yet.

    Parameters
    ----------
    url
        `s3://bucket[/prefix]`, `file:///folder` (made where it is missing) or `memory://` (new each time).
    s3
        Where the S3 server is; by default Amazon's.
    timeout_s
        Seconds to the first byte, retries included, and between bytes.

    Raises
    ------
    SettingsError
        The URL is of another form, its folder cannot be made, the S3 endpoint is no URL, or its CA bundle is none.
    """
    scheme, _, rest = url.partition("://")
    if url == "memory://":
        return Store(url, MemoryStore(), nullcontext)
    if scheme == "file" and rest.startswith("/"):
        folder = unquote(rest)
        return Store(url, open_folder(folder), lambda: flock(folder))
    bucket, _, prefix = rest.partition("/")
    if scheme == "s3" and BUCKET.fullmatch(bucket):
        return Store(url, open_s3(bucket, prefix.strip("/"), s3, timeout_s), nullcontext)
    raise SettingsError(f"the store is {url!r}; expected s3://bucket, file:///folder or memory://")


def open_folder(folder: str) -> LocalStore:
    """Open a folder, and make it where it is missing."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        return LocalStore(folder)
    except (OSError, exceptions.BaseError) as error:
        reason = getattr(error, "strerror", None) or "it cannot be opened"
        raise SettingsError(f"the folder {folder} cannot be a store: {reason}") from error


def store_of(settings: Settings, url: str | None = None) -> Store:
    """Open the store of a URL, else that of the settings, else `.lr-sgd` in the working directory."""
    url = url or settings.store or Path.cwd().joinpath(".lr-sgd").as_uri()
    return open_store(url, settings.s3, settings.store_timeout_s)


def open_s3(bucket: str, prefix: str, s3: S3Settings | None, timeout_s: float) -> S3Store:
    """Open a bucket with retries that fit into the timeout: an attempt takes less than half of it."""
    attempt = timedelta(seconds=timeout_s * 0.45)
    client: ClientConfig = {
        "allow_http": True,
        "connect_timeout": attempt,
        "read_timeout": attempt,
        "timeout": timedelta(days=1),  # a long table may take long, as long as bytes come
    }
    if s3 and s3.ca_bundle:
        client["root_certificate"] = certificates(s3.ca_bundle)
    retry: RetryConfig = {
        "backoff": {"init_backoff": attempt / 40, "max_backoff": attempt / 10, "base": 2},
        "max_retries": 10,
        "retry_timeout": timedelta(seconds=timeout_s * 0.5),
    }
    access = access_config(s3)
    try:
        return S3Store(bucket, prefix=prefix or None, client_options=client, retry_config=retry, **access)  # type: ignore[arg-type]
    except (ValueError, exceptions.BaseError) as error:
        if "root_certificate" not in client:
            raise
        raise SettingsError("AWS_CA_BUNDLE holds no certificate that can be read; expected PEM") from error


def certificates(bundle: str) -> str:
    """Return the certificates of a bundle: a file's, or the bundle itself where it is PEM already."""
    if bundle.lstrip().startswith("-----BEGIN "):
        return bundle
    try:
        return Path(bundle).read_text("ascii", "replace")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no name of a file"
        raise SettingsError(f"AWS_CA_BUNDLE is {bundle!r:.200}, which cannot be read: {reason}") from error


def access_config(s3: S3Settings | None) -> dict[str, object]:
    """Return obstore's words for where the server is and who asks."""
    if s3 is None:
        return {}
    config: dict[str, object] = {"region": s3.region}
    if s3.endpoint:
        if not ENDPOINT.fullmatch(s3.endpoint):
            raise SettingsError(f"the S3 endpoint is {s3.endpoint!r}; expected a URL such as http://127.0.0.1:9000")
        # Both names, or a variable of the process would win over what its settings say.
        config |= {"endpoint": s3.endpoint, "aws_endpoint_url_s3": s3.endpoint, "virtual_hosted_style_request": False}
    if s3.access_key_id and s3.secret_access_key:
        config |= {"access_key_id": s3.access_key_id, "secret_access_key": s3.secret_access_key}
    elif s3.endpoint:
        config |= {"skip_signature": True}  # else it would look for Amazon's instance metadata
    return config


@contextmanager
def flock(folder: str) -> Iterator[None]:
    """Hold the lock of a folder; the kernel lets go of it when its holder dies."""
    import fcntl  # noqa: PLC0415  -- not on every system, and for file:// alone

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
