"""The examples of knative/examples do what they say, as their heads say to use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.cluster import FUNCTIONS, kubectl
from tests.e2e.conftest import ROOT
from tests.e2e.events import OWN_SOURCE
from tests.e2e.models import FIRST
from tests.e2e.subscriber import train_image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.models import Model

JOB = ROOT / "knative/examples/event-job.yaml"
SOURCE = f"{OWN_SOURCE}job"


@pytest.fixture
def job(model: Model, visitors: str) -> Iterator[str]:
    """Give the Job about a model's table, which does not run yet."""
    text = JOB.read_text().replace("lr-sgd", FUNCTIONS)
    text = kubectl("set", "image", "--local", "-f", "-", f"event={train_image()}", "-o", "yaml", stdin=text)
    named = [f"SUBJECT={model.key('first.csv')}", f"SOURCE={SOURCE}"]
    text = kubectl("set", "env", "--local", "-f", "-", *named, "-o", "yaml", stdin=text)
    yield text
    kubectl("-n", visitors, "delete", "--ignore-not-found", "-f", "-", stdin=text)


@pytest.mark.usefixtures("own_events_alone")
def test_a_job_that_is_applied_sends_an_event_that_trains(model: Model, visitors: str, job: str) -> None:
    model.put("first.csv", FIRST)
    kubectl("-n", visitors, "apply", "-f", "-", stdin=job)
    assert model.learned()["cause"]["source"] == SOURCE
    model.answers([10.0], 21.0)
