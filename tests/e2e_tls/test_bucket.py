"""TLS to MinIO, by the certificate that it was given: for the functions, for programs, for backups."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from tests.e2e.cluster import MINIO, get, pods
from tests.e2e.conftest import ROOT
from tests.e2e.programs import BUCKET

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.models import Model
    from tests.e2e.programs import Operator

CLIENTS = ("lr-predict", "lr-predict-grpc", "lr-train", "lr-deadletters")


def test_minio_answers_no_request_without_tls(minio: str) -> None:
    assert urlsplit(minio).scheme == "https"
    answer = httpx.get(minio.replace("https", "http") + "/minio/health/live")
    assert (answer.status_code, answer.text) == (400, "Client sent an HTTP request to an HTTPS server.\n")


def test_minio_shows_a_certificate_that_its_authority_has_signed(minio: str, bucket_authority: Path) -> None:
    words = ["openssl", "s_client", "-connect", urlsplit(minio).netloc, "-CAfile", str(bucket_authority)]
    name = ["-verify_return_error", "-verify_hostname", f"minio.{MINIO}"]
    done = subprocess.run([*words, *name], input="", capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Verify return code: 0 (ok)" in done.stdout


@pytest.mark.parametrize("service", CLIENTS)
def test_a_function_speaks_tls_with_the_bucket_and_trusts_its_authority(service: str, bucket_authority: Path) -> None:
    (container,) = get("ksvc", service)["spec"]["template"]["spec"]["containers"]
    variables = {each["name"]: each.get("value", "") for each in container["env"]}
    assert variables["AWS_ENDPOINT_URL_S3"] == f"https://minio.{MINIO}:9000"
    assert variables["AWS_CA_BUNDLE"].strip() == bucket_authority.read_text().strip()


def test_a_table_that_is_put_becomes_a_model_without_a_call(learned: Model) -> None:
    learned.answers([10.0], 21.0)
    assert not [volume for pod in pods("lr-predict") for volume in pod["spec"].get("volumes", [])]


def test_the_operator_works_by_mc_and_by_the_command(learned: Model, operator: Operator) -> None:
    assert "first.csv" in operator.mc("ls", f"minio/{BUCKET}/data/{learned.name}/")
    assert learned.name in operator.lr_sgd("models", "list")


def test_a_backup_is_taken_by_tls(learned: Model, tmp_path: Path) -> None:
    done = subprocess.run(
        [ROOT / "knative/backup", tmp_path / "backup"], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    key = learned.key("first.csv")
    assert (tmp_path / "backup" / key).read_bytes() == learned.read(key)
