"""A server is asked where its certificate is signed by whom the settings name, and nowhere else."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from lr_core.errors import SettingsError, StoreUnavailable
from lr_core.settings import S3Settings
from lr_core.store import open_store
from tests.certificates import new_certificate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.certificates import Certificate

    Bucket = tuple[str, Certificate]


class OneObject(BaseHTTPRequestHandler):
    """A bucket that has the same object under every key."""

    def do_GET(self) -> None:
        """Answer as S3 does."""
        self.send_response(200)
        headers = {"content-length": "4", "etag": '"1"', "last-modified": "Mon, 30 Nov 2026 00:00:00 GMT"}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"here")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  -- its name in the base class
        """Say nothing."""


@contextmanager
def bucket_with(certificate: Certificate, host: str = "127.0.0.1") -> Iterator[int]:
    """Serve the bucket by TLS, and give its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain, certificate.key)
    with ThreadingHTTPServer((host, 0), OneObject) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    certificate = new_certificate(tmp_path_factory.mktemp("tls"))
    with bucket_with(certificate) as port:
        yield f"https://localhost:{port}", certificate


def read(endpoint: str, ca_bundle: str | None) -> bytes:
    return open_store("s3://bucket", S3Settings(endpoint, ca_bundle=ca_bundle), timeout_s=2).get("key").data


@pytest.mark.parametrize("form", ["file", "text"])
def test_the_authority_that_is_named_is_trusted(bucket: Bucket, form: str) -> None:
    endpoint, certificate = bucket
    assert (
        read(endpoint, str(certificate.authority) if form == "file" else certificate.authority.read_text()) == b"here"
    )


def test_several_authorities_are_trusted_as_while_one_follows_another(bucket: Bucket, tmp_path: Path) -> None:
    endpoint, certificate = bucket
    other = new_certificate(tmp_path).authority.read_text()
    assert read(endpoint, other + certificate.authority.read_text()) == b"here"


def test_the_file_that_openssl_knows_by_its_variable_is_trusted(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, certificate = bucket
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
    assert read(endpoint, None) == b"here"


@pytest.mark.parametrize("bundle", ["none", "another"])
def test_a_certificate_that_nobody_known_has_signed_is_refused_and_says_what_names_who(
    bucket: Bucket, bundle: str, tmp_path: Path
) -> None:
    endpoint, _ = bucket
    other = None if bundle == "none" else str(new_certificate(tmp_path).authority)
    with pytest.raises(
        StoreUnavailable, match=r"not trusted \((UnknownIssuer|BadSignature)\); AWS_CA_BUNDLE names who signed it$"
    ):
        read(endpoint, other)


def test_a_certificate_for_another_name_is_refused(bucket: Bucket) -> None:
    _, certificate = bucket
    with (
        bucket_with(certificate, "127.0.0.2") as port,
        pytest.raises(StoreUnavailable, match=r"not trusted \(NotValidForName"),
    ):
        read(f"https://127.0.0.2:{port}", str(certificate.authority))


@pytest.mark.parametrize(
    ("bundle", "said"),
    [
        ("nowhere.pem", "'nowhere.pem', which cannot be read: No such file"),
        ("a\0b", "no name of a file"),
        (__file__, "holds no certificate that can be read; expected PEM"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds no certificate that can be read"),
        ("-----BEGIN CERTIFICATE-----\n", "holds no certificate that can be read"),
    ],
)
def test_a_bundle_that_is_none_is_a_wrong_setting(bundle: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        open_store("s3://bucket", S3Settings("https://localhost:9", ca_bundle=bundle))
