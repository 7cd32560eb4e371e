"""Load by wrk: requests a second that a server answers."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["CONNECTIONS", "requests_a_second", "require_wrk"]

CONNECTIONS = 32
ONE_ROW = Path(__file__).parent / "peers" / "one_row.lua"


def require_wrk() -> None:
    """Exit with 2 where there is no wrk."""
    if shutil.which("wrk") is None:
        print("error: wrk is needed to make load: apt-get install wrk, or brew install wrk", file=sys.stderr)
        sys.exit(2)


def requests_a_second(url: str, seconds: int) -> float:
    """Return the rate at which a URL answers one row a request.

    One thread of wrk makes more load than one Python process can answer, and leaves it a processor.
    """
    words = ["wrk", "--threads=1", f"--connections={CONNECTIONS}", f"--duration={seconds}s", f"--script={ONE_ROW}"]
    wrk = subprocess.run([*words, url], capture_output=True, text=True, timeout=seconds + 10, check=False)
    rate = re.search(r"Requests/sec:\s*([0-9.]+)", wrk.stdout)
    if wrk.returncode or not rate or "Non-2xx" in wrk.stdout or "Socket errors" in wrk.stdout:
        sys.exit(f"error: wrk on {url}: expected only good answers, found\n{wrk.stdout}{wrk.stderr}")
    return float(rate[1])
