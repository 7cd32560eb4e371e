"""Reading a key set: from a setting, a file, or an HTTP server."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lr_core.access.issuer import Issuer, key_set
from lr_core.errors import IssuerUnavailable, SettingsError
from lr_core.settings import url

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["issuer_of"]

VARIABLE = "LR_JWKS"
TIMEOUT_S = 5.0
MOST_BYTES = 1 << 20
OK = 200


def issuer_of(setting: str) -> Issuer:
    """Return the issuer that a setting names.

    Raises
    ------
    SettingsError
        It is no URL, no file that can be read, and no key set.
    """
    return Issuer(source_of(setting))


def source_of(setting: str) -> Callable[[], bytes]:
    """Return what reads a key set; one that is on this machine is looked at right away."""
    is_inline = setting.lstrip().startswith("{")
    if not is_inline and "://" in setting:
        return partial(fetched, url(VARIABLE, setting))
    source = setting.encode if is_inline else partial(in_file, Path(setting))
    try:
        key_set(source())
    except IssuerUnavailable as error:
        raise SettingsError(f"{VARIABLE} is neither a URL nor a key set: {error}") from error
    return source


def in_file(path: Path) -> bytes:
    """Return what a file has now."""
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise IssuerUnavailable(f"{VARIABLE} cannot be read: {type(error).__name__}") from error


def fetched(address: str) -> bytes:
    """Return what a server answers; a redirect is no answer, for it may lead anywhere.

    Raises
    ------
    IssuerUnavailable
        There is no answer, or another one than 200, or one that is too large.
    """
    from http.client import HTTPConnection, HTTPException, HTTPSConnection  # noqa: PLC0415  -- in a thread, where it costs nobody

    parts = urlsplit(address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection = kind(parts.netloc, timeout=TIMEOUT_S)
        try:
            connection.request("GET", path, headers={"accept": "application/jwk-set+json, application/json"})
            response = connection.getresponse()
            status, body = response.status, response.read(MOST_BYTES + 1)
        finally:
            connection.close()
    except (OSError, HTTPException) as error:
        raise IssuerUnavailable(f"no answer from {address}: {error}") from error
    if status != OK or len(body) > MOST_BYTES:
        raise IssuerUnavailable(f"{address} answered {status} with {len(body)} bytes")
    return body
