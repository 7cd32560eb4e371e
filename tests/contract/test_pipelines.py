"""GitHub Actions and Jenkins do the same in one order, by targets that are there, and trust what they name exactly."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.contract.conftest import ROOT

STAGES = ["check", "build", "scan", "e2e", "publish", "deploy"]
WORKFLOW = (ROOT / ".github" / "workflows" / "delivery.yml").read_text()
JENKINSFILE = (ROOT / "Jenkinsfile").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
MAKE = re.compile(r"\bmake ([a-z0-9-]+)((?: [A-Z_]+=[^\s'\"]+)*)")


def jobs() -> dict[str, Any]:
    """Return the jobs of the workflow by name, in order."""
    found: dict[str, Any] = yaml.safe_load(WORKFLOW)["jobs"]
    return found


def stages() -> dict[str, str]:
    """Return the text of each stage of Jenkinsfile by name, in order."""
    parts = re.split(r"stage\('([^']*)'\)", JENKINSFILE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def commands(job: dict[str, Any]) -> str:
    """Return what a job runs."""
    return "\n".join(step.get("run", "") for step in job["steps"])


def test_both_have_the_same_stages_in_order() -> None:
    assert list(jobs()) == STAGES
    assert list(stages()) == STAGES
    needs = [job.get("needs") for job in jobs().values()]
    assert needs == [None, *STAGES[:-1]]


@pytest.mark.parametrize("stage", STAGES)
def test_both_call_the_same_targets_which_are_there(stage: str) -> None:
    called = MAKE.findall(commands(jobs()[stage]))
    assert called
    assert called == MAKE.findall(stages()[stage])
    for target, _ in called:
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target


def test_every_action_is_pinned_to_a_commit() -> None:
    used = re.findall(r"uses: (\S+)( # v[0-9.]+)?", WORKFLOW)
    assert used
    assert not [name for name, version in used if not re.search(r"@[0-9a-f]{40}$", name) or not version]


def test_the_base_image_is_pinned_by_digest_and_is_the_one_that_the_dockerfile_names() -> None:
    pinned = (ROOT / "requirements" / "python-image.txt").read_text().strip()
    (default,) = re.findall(r"^ARG PYTHON_IMAGE=(\S+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert re.fullmatch(re.escape(default) + r"@sha256:[0-9a-f]{64}", pinned)


def test_no_text_of_a_stranger_reaches_a_shell() -> None:
    run = "\n".join(commands(job) for job in jobs().values())
    assert "${{" not in run  # GitHub would put the text in before the shell reads it
    assert 'sh "' not in JENKINSFILE  # and so would Groovy
    assert "pull_request_target" not in WORKFLOW


def test_only_who_publishes_may_write_and_strangers_reach_no_secret() -> None:
    assert yaml.safe_load(WORKFLOW)["permissions"] == {"contents": "read"}
    allowed = {name: job["permissions"] for name, job in jobs().items() if "permissions" in job}
    assert allowed == {"publish": {"contents": "read", "packages": "write"}}
    for name, job in jobs().items():
        assert ("secrets." in str(job)) == (name in {"publish", "deploy"}), name
        assert ("withCredentials" in stages()[name]) == (name in {"publish", "deploy"}), name
        assert (job.get("if") == "github.event_name == 'push'") == (name in {"publish", "deploy"}), name
        assert ("branch 'main'" in stages()[name]) == (name in {"publish", "deploy"}), name


def test_no_checkout_leaves_the_token_behind() -> None:
    checkouts = [step for job in jobs().values() for step in job["steps"] if "actions/checkout" in step.get("uses", "")]
    assert len(checkouts) == len(STAGES)
    assert not [step for step in checkouts if step["with"]["persist-credentials"]]
