"""`knative/deploy` goes on behind a function that is ready, and no other: its steps, with kn and kubectl played."""

from __future__ import annotations

import subprocess

import pytest

from tests.contract.conftest import ROOT

STEPS = """
set -euo pipefail
. knative/steps/common.sh
. knative/steps/images.sh
. knative/steps/functions.sh
NAMESPACE=lr-sgd minio_ca=
kn() { cat >/dev/null; echo "$KN_SAYS"; return "$KN_STATUS"; }
kubectl() { case "$*" in *" wait "*) return "$WAIT_STATUS" ;; *) echo "$REASON" ;; esac; }
deploy_function predict predict
echo and on
"""


def deploy(says: str, status: int, *, ready: bool, reason: str = "") -> subprocess.CompletedProcess[str]:
    """Deploy predict where kn says this and ends so, and the Service gets ready or not, for a reason."""
    played = {"KN_SAYS": says, "KN_STATUS": str(status), "WAIT_STATUS": "0" if ready else "1", "REASON": reason}
    return subprocess.run(
        ["bash", "-c", STEPS],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **played},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_an_earlier_run_left_unready_is_not_taken_for_done() -> None:
    found = deploy("No changes to apply to service 'lr-predict'.", 0, ready=False)
    assert found.returncode != 0
    assert "waiting for ksvc/lr-predict" in found.stdout
    assert "and on" not in found.stdout


@pytest.mark.parametrize(("status", "reason"), [(0, ""), (1, "Unschedulable")], ids=["applied", "no-room-yet"])
def test_a_function_that_gets_ready_is_waited_for(status: int, reason: str) -> None:
    found = deploy("", status, ready=True, reason=reason)
    assert found.returncode == 0, found.stderr
    assert found.stdout.endswith("waiting for ksvc/lr-predict\nand on\n")


def test_an_image_that_cannot_be_pulled_ends_the_run_at_once() -> None:
    found = deploy("Error: RevisionFailed", 1, ready=True, reason="ContainerMissing")
    assert found.returncode != 0
    assert "waiting" not in found.stdout
