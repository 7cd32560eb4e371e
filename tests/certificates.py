"""Certificates of an authority of the tests' own, made as a user makes them."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Certificate", "new_certificate"]

COMMAND = Path(__file__).parents[1] / "knative" / "certificates"


@dataclass(frozen=True)
class Certificate:
    """A server's certificate for `localhost` and 127.0.0.1, its key, and its authority's certificate: files."""

    chain: Path
    key: Path
    authority: Path


def new_certificate(folder: Path, name: str = "gateway", domain: str = "example.com") -> Certificate:
    """Make a certificate; the gateway's is for the Services of a domain, too."""
    environment = {**os.environ, "DOMAIN": domain, "NAMESPACE": "lr-sgd"}
    subprocess.run([COMMAND, folder], env=environment, check=True, capture_output=True, timeout=60)
    return Certificate(*(folder / name / file for file in ("tls.crt", "tls.key", "ca.crt")))
