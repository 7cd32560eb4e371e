"""A certificate that does not fit is refused with the reason before `make deploy` changes anything."""

from __future__ import annotations

import subprocess
from pathlib import Path
from shutil import copy, copytree
from typing import TYPE_CHECKING

import pytest

from tests.certificates import new_certificate

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
CHECK = """
set -euo pipefail
kubectl() { echo "the cluster was asked: $*" >&2; exit 9; }
NAMESPACE=lr-sgd minio=lr-sgd-minio MINIO_TLS=$1
. knative/steps/common.sh
. knative/steps/certificates.sh
. knative/steps/bucket.sh
check_bucket_tls
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the certificates that fit, in a folder `minio` and a folder `gateway`."""
    folder = tmp_path_factory.mktemp("made")
    new_certificate(folder)
    return folder


def checked(folder: Path | str) -> tuple[int, str]:
    """Return how the check of a folder ended, and what it complains of."""
    done = subprocess.run(
        ["bash", "-c", CHECK, "bash", folder], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stderr.strip()


def openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True, timeout=60)


def without_file(folder: Path) -> None:
    (folder / "tls.key").unlink()


def without_authority(folder: Path) -> None:
    (folder / "ca.crt").unlink()


def with_text(folder: Path) -> None:
    (folder / "tls.crt").write_text("no certificate")


def with_another_key(folder: Path) -> None:
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", folder / "tls.key")


def with_a_password(folder: Path) -> None:
    key = folder / "tls.key"
    openssl("pkey", "-in", key, "-aes256", "-passout", "pass:x", "-out", folder / "locked")
    copy(folder / "locked", key)


def of_another_authority(folder: Path) -> None:
    copy(new_certificate(folder / "other").authority, folder / "ca.crt")


def expired(folder: Path) -> None:
    chain = folder / "tls.crt"
    openssl("x509", "-in", chain, "-signkey", folder / "tls.key", "-days", "-1", "-out", folder / "old.crt")
    copy(folder / "old.crt", chain)


def self_signed(folder: Path) -> None:
    """Sign a certificate by its own key, as `openssl req -x509` does: it is an authority's then."""
    named = ["-subj", "/CN=minio", "-addext", "subjectAltName=DNS:minio.lr-sgd-minio"]
    openssl("req", "-x509", "-key", folder / "tls.key", *named, "-out", folder / "tls.crt")
    copy(folder / "tls.crt", folder / "ca.crt")


FAULTS: list[tuple[Callable[[Path], None], str]] = [
    (without_file, "where no tls.key can be read. Name a folder with tls.crt"),
    (without_authority, "/ca.crt, the authority's certificate, to trust MinIO by."),
    (with_text, "tls.crt holds no certificate in PEM."),
    (with_another_key, "tls.key is not the key of "),
    (with_a_password, "or has a password."),
    (of_another_authority, "tls.crt is not signed by "),
    (expired, "tls.crt has expired: notAfter="),
    (self_signed, "tls.crt is an authority's. Clients refuse that of a server"),
]


def test_a_certificate_that_fits_is_accepted_without_a_word(made: Path) -> None:
    assert checked(made / "minio") == (0, "")


@pytest.mark.parametrize(("spoil", "said"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_what_does_not_fit_is_named(made: Path, tmp_path: Path, spoil: Callable[[Path], None], said: str) -> None:
    folder = tmp_path / "minio"
    copytree(made / "minio", folder)
    spoil(folder)
    status, complaint = checked(folder)
    assert (status, complaint.startswith("MINIO_TLS")) == (1, True), complaint
    assert said in complaint


def test_a_certificate_for_other_names_is_refused_with_those_that_it_is_for(made: Path) -> None:
    status, complaint = checked(made / "gateway")
    assert status == 1
    assert "is not for minio.lr-sgd-minio. It is for DNS:*.lr-sgd.example.com, DNS:localhost" in complaint


def test_a_folder_that_is_not_there_is_named() -> None:
    assert "MINIO_TLS is 'nowhere', where no tls.crt can be read" in checked("nowhere")[1]


@pytest.mark.parametrize("word", ["", "off"])
def test_no_certificate_needs_no_check(word: str) -> None:
    assert checked(word) == (0, "")
