"""From a table to a URL that wakes from zero, and on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.cluster import pods, until

if TYPE_CHECKING:
    from tests.e2e.models import Model

FIRST = [(0, 1), (1, 3), (2, 5)]  # y = 1 + 2x
SECOND = [(0, 3), (1, 5), (2, 7)]  # y = 3 + 2x; both together give y = 2 + 2x
# Knative's window of 60 s, its grace of 30 s and queue-proxy's drain of 30 s, and room for a busy machine.
TO_ZERO_S = 300
# A cached model is taken for the present one for 1 s.
TO_NEW_MODEL_S = 30


def test_a_table_becomes_a_model_that_predicts(model: Model) -> None:
    model.put("first.csv", FIRST)
    summary = model.learn()
    assert summary["coef"] == pytest.approx([2.0])
    assert summary["intercept"] == pytest.approx(1.0)
    assert (summary["model"], summary["generation"], summary["n_samples"]) == (model.name, 1, 3)
    assert model.answer([10.0], [0.0]) == pytest.approx([21.0, 1.0])


def test_more_data_reach_a_running_predictor(model: Model) -> None:
    model.put("first.csv", FIRST)
    model.learn()
    assert model.answer([10.0]) == pytest.approx([21.0])
    before = containers("lr-predict")
    model.put("second.csv", SECOND)
    summary = model.learn()
    assert (summary["generation"], summary["n_samples"]) == (2, 6)
    until(lambda: model.answer([10.0]) == pytest.approx([22.0]), "predict answers with the new model", TO_NEW_MODEL_S)
    assert before <= containers("lr-predict"), "a pod that served the former model is gone or was started again"


def test_predict_scales_to_zero_and_wakes_with_the_right_answer(model: Model) -> None:
    model.put("first.csv", FIRST)
    model.learn()
    assert model.answer([10.0]) == pytest.approx([21.0])
    assert pods("lr-predict")
    until(lambda: not pods("lr-predict"), "lr-predict has no pod", TO_ZERO_S)
    assert model.answer([10.0]) == pytest.approx([21.0])
    assert pods("lr-predict")


def test_train_wakes_from_zero_too(model: Model) -> None:
    until(lambda: not pods("lr-train"), "lr-train has no pod", TO_ZERO_S)
    model.put("first.csv", FIRST)
    assert model.learn()["trained"]


def containers(service: str) -> set[str]:
    """Name the running containers of a Service; one that starts again has another name."""
    statuses = [status for pod in pods(service) for status in pod["status"].get("containerStatuses", [])]
    return {status["containerID"] for status in statuses if "running" in status["state"]}
