"""An issuer of tokens: its keys, the key set it publishes, and tokens of every kind, good and bad."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import time
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["AUDIENCE", "ISSUER", "Published", "key_set", "private", "public_pem", "publishing", "signed"]

ISSUER, AUDIENCE = "https://issuer.example", "lr-sgd"
BITS = 2048


@cache
def private(name: str) -> Any:
    """Return a private key of one's own, the same one for the same name; `ec...` is one of an elliptic curve."""
    return ec.generate_private_key(ec.SECP256R1()) if name.startswith("ec") else rsa.generate_private_key(65537, BITS)


def public_pem(name: str) -> bytes:
    """Return a public key, as it is known to all."""
    pem: bytes = private(name).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem


def key_set(*names: str, **more: object) -> str:
    """Return a key set (RFC 7517) of public keys."""
    return json.dumps({"keys": [public(name) | more for name in names]})


def public(name: str) -> dict[str, Any]:
    """Return a public key as a JWK."""
    algorithm: Any = jwt.algorithms.ECAlgorithm if name.startswith("ec") else jwt.algorithms.RSAAlgorithm
    made: dict[str, Any] = algorithm.to_jwk(private(name).public_key(), as_dict=True)
    return made | {"kid": name, "use": "sig"}


def claims(**more: object) -> dict[str, object]:
    """Return the claims of a good token, with some that are otherwise; None leaves one out."""
    good = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ana", "scope": "lr:predict", "exp": time() + 3600}
    return {name: value for name, value in (good | more).items() if value is not None}


def signed(name: str = "a", algorithm: str = "", headers: dict[str, object] | None = None, **more: object) -> str:
    """Return a token, signed with a private key."""
    used = algorithm or ("ES256" if name.startswith("ec") else "RS256")
    return jwt.encode(claims(**more), private(name), used, headers={"kid": name} | (headers or {}))


@dataclass
class Published:
    """A server that publishes a key set, or what else is put here, and counts who asked."""

    url: str = ""
    body: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    n_asked: int = 0


@contextmanager
def publishing(body: str) -> Iterator[Published]:
    """Publish for as long as the context lasts."""
    published = Published(body=body)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            published.n_asked += 1
            body = published.body.encode()
            self.send_response(published.status)
            for name, value in published.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  -- its name in the base class
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        published.url = f"http://127.0.0.1:{server.server_address[1]}/keys.json"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield published
        finally:
            server.shutdown()
            thread.join()
