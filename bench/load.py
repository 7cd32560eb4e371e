"""Load by wrk: requests a second that a server answers, and how long one takes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Load", "Target", "load", "require_wrk"]

SCRIPT = Path(__file__).with_name("post.lua")


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked.

    Attributes
    ----------
    url, body
        The POST.
    host
        What the `Host` header says, where it is not the URL's.
    models
        Of how many models, the `0` that the URL's path ends in being the first, one is drawn for each request.
    headers
        What else is said, by name.
    """

    url: str
    body: bytes
    host: str = ""
    models: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Load:
    """What a block of load found: requests a second, and percentiles of the latency in microseconds."""

    a_second: float
    p50: float
    p95: float
    p99: float


def require_wrk() -> None:
    """Exit with 2 where there is no wrk."""
    if shutil.which("wrk") is None:
        print("error: wrk is needed to make load: apt-get install wrk, or brew install wrk", file=sys.stderr)
        sys.exit(2)


def load(target: Target, connections: int, seconds: float) -> Load:
    """POST for some seconds, on each connection as soon as the answer before is there.

    One thread of wrk makes more load than one Python process can answer, and leaves it a processor.
    """
    words = ["wrk", "--threads=1", f"--connections={connections}", "--timeout=30s", f"--duration={seconds:.0f}s"]
    words += [
        f"--script={SCRIPT}",
        *(("--header", f"Host: {target.host}") if target.host else ()),
        *(word for name, value in target.headers.items() for word in ("--header", f"{name}: {value}")),
        target.url,
        "--",
        target.body.decode(),
    ]
    words += [str(target.models)] if target.models else []
    wrk = subprocess.run(words, capture_output=True, text=True, timeout=seconds + 60, check=False)
    n_requests, failed, micros, *percentiles = (
        int(word) for word in wrk.stdout.partition("DONE ")[2].split() or (0,) * 6
    )
    if wrk.returncode or failed or not n_requests:
        sys.exit(f"error: wrk on {target.url}: expected only good answers, found\n{wrk.stdout}{wrk.stderr}")
    return Load(n_requests / micros * 1e6, *percentiles)
