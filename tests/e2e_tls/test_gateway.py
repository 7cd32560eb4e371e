"""HTTPS at the gateway, by the certificate that it was given, for HTTP and gRPC; HTTP goes on."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from lr_core.grpc.client import Batch, Client, RemoteError, Trust
from tests.certificates import new_certificate
from tests.e2e.conftest import key
from tests.e2e.programs import lr_sgd

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.models import Model

UNTRUSTED = 60  # curl's status for a certificate that cannot be verified
BODY = json.dumps({"instances": [[10.0]]})


def curl(gateway: str, host: str, path: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Post to a Service by its own name, though the way to it is on this machine."""
    url = f"https://{host}{path}"
    command = ["curl", "-sS", "--connect-to", f"::{gateway}", "-H", "content-type: application/json", "-d", BODY]
    said = [word for name, value in key().items() for word in ("-H", f"{name}: {value}")]
    return subprocess.run([*command, *said, *words, url], capture_output=True, text=True, check=False, timeout=120)


def test_the_gateway_answers_by_https_as_by_http(
    learned: Model, gateway_by_tls: str, gateway_authority: Path, host: dict[str, str]
) -> None:
    path = f"/v1/models/{learned.name}:predict"
    done = curl(gateway_by_tls, host["lr-predict"], path, "--cacert", str(gateway_authority))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["predictions"] == pytest.approx([21.0])
    assert learned.answer([10.0]) == pytest.approx([21.0])


def test_https_is_http_2_where_the_client_knows_it(
    gateway_by_tls: str, gateway_authority: Path, host: dict[str, str]
) -> None:
    words = ["--cacert", str(gateway_authority), "--http2", "-o", "/dev/null", "-w", "%{http_version}"]
    assert curl(gateway_by_tls, host["lr-predict"], "/healthz", *words).stdout == "2"


def test_who_trusts_another_authority_sends_nothing(gateway_by_tls: str, host: dict[str, str], tmp_path: Path) -> None:
    other = new_certificate(tmp_path).authority
    done = curl(gateway_by_tls, host["lr-predict"], "/healthz", "--cacert", str(other))
    assert (done.returncode, done.stdout) == (UNTRUSTED, "")


def test_a_name_that_the_certificate_is_not_for_is_refused_by_the_client(
    gateway_by_tls: str, gateway_authority: Path
) -> None:
    done = curl(gateway_by_tls, "lr-predict.example.org", "/healthz", "--cacert", str(gateway_authority))
    assert done.returncode == UNTRUSTED
    assert "example.org" in done.stderr


def test_rows_stream_by_grpc_and_tls(
    learned: Model, gateway_by_tls: str, gateway_authority: Path, host: dict[str, str]
) -> None:
    rows = [(float(x),) for x in range(1000)]
    trust = Trust(gateway_authority.read_bytes())
    with Client(gateway_by_tls, host["lr-predict-grpc"], trust, os.environ.get("LR_KEY")) as client:
        described = client.described(learned.name)
        assert described.feature_names == ["x"]
        (answer,) = client.predict(learned.name, described.version, [Batch("all", rows)])
    assert list(answer) == pytest.approx([2 * x + 1 for (x,) in rows])


def test_the_command_streams_by_tls(
    learned: Model, gateway_by_tls: str, gateway_authority: Path, host: dict[str, str], tmp_path: Path
) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("x\n10\n")
    words = ["--stream", gateway_by_tls, "--authority", host["lr-predict-grpc"], "--cacert", str(gateway_authority)]
    assert float(lr_sgd("predict", "--model", learned.name, *words, str(rows))) == pytest.approx(21.0)


def test_grpc_without_tls_is_not_spoken_at_the_port_of_tls(gateway_by_tls: str, host: dict[str, str]) -> None:
    with Client(gateway_by_tls, host["lr-predict-grpc"]) as client, pytest.raises(RemoteError):
        client.described("default")
