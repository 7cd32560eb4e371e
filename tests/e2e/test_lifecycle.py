"""From a table to a URL that answers, goes to sleep, and wakes with the right answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.cluster import pods, until
from tests.e2e.models import FIRST, SECOND, Model, new_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from obstore.store import S3Store

# Knative's window of 60 s, its grace of 30 s and queue-proxy's drain of 30 s, and room for a busy machine.
TO_ZERO_S = 300
SERVICES = ("lr-predict", "lr-events", "lr-notify")


def test_a_table_becomes_a_model_that_predicts(model: Model) -> None:
    model.put("first.csv", FIRST)
    summary = model.learn()
    assert summary["coef"] == pytest.approx([2.0], rel=1e-12)
    assert summary["intercept"] == pytest.approx(1.0, rel=1e-12)
    assert (summary["model"], summary["n_samples"]) == (model.name, 3)
    assert model.answer([10.0], [0.0]) == pytest.approx([21.0, 1.0], rel=1e-12)


def test_more_data_reach_a_running_predictor(model: Model) -> None:
    model.put("first.csv", FIRST)
    first = model.learn()
    model.answers([10.0], 21.0)
    before = containers("lr-predict")
    model.put("second.csv", SECOND)
    model.answers([10.0], 22.0)  # asking all the while, so that predict does not go to sleep meanwhile
    assert before & containers("lr-predict"), "no pod that served the former model runs on"
    second = model.learn()
    assert second["generation"] > first["generation"]
    assert second["n_samples"] == 6


def containers(service: str) -> set[str]:
    """Name the running containers of a Service's pods that are to stay; one that starts again has another name."""
    staying = [pod for pod in pods(service) if "deletionTimestamp" not in pod["metadata"]]
    statuses = [status for pod in staying for status in pod["status"].get("containerStatuses", [])]
    return {status["containerID"] for status in statuses if "running" in status["state"]}


@pytest.fixture(scope="module")
def asleep(
    bucket: S3Store,
    train: httpx.Client,
    predict: httpx.Client,
    without_clock: None,  # noqa: ARG001  -- train would never sleep
) -> Iterator[Model]:
    """Give a model that was asked before all went to sleep."""
    model = Model(new_name(), bucket, train, predict)
    model.put("first.csv", FIRST)
    model.learned()
    model.answers([10.0], 21.0)
    assert pods("lr-predict")
    for service in SERVICES:
        until(lambda service=service: not pods(service), f"{service} has no pod", TO_ZERO_S)  # type: ignore[misc]
    yield model
    model.remove()


def test_predict_wakes_from_zero_with_the_right_answer(asleep: Model) -> None:
    assert not pods("lr-predict")
    assert asleep.answer([10.0]) == pytest.approx([21.0], rel=1e-12)
    assert pods("lr-predict")


def test_an_upload_wakes_train_from_zero(asleep: Model) -> None:
    assert not pods("lr-events")
    asleep.put("second.csv", SECOND)
    asleep.learned()
    assert pods("lr-events")
    asleep.answers([10.0], 22.0)
