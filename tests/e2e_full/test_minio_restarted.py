"""MinIO goes and comes back while requests come."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.e2e.cluster import MINIO, kubectl, until
from tests.e2e.conftest import client_of
from tests.e2e_full.asking import Asking, others
from tests.e2e_full.load import RATE, load, summary
from tests.e2e_full.services import copied, is_ready

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.e2e_full.load import Answer
    from tests.e2e_full.subject import Subject

COLD = "lr-predict-cold"
BACK = "MinIO is back"
AWAY_S = 60
TO_RESTART_S = 180.0
TO_RECOVER_S = 120.0


def minio_pods() -> dict[str, bool]:
    """Name MinIO's pods, and tell which of them take requests."""
    words = ("-n", MINIO, "get", "pods", "-l", "app.kubernetes.io/name=minio", "-o", "json")
    return {pod["metadata"]["name"]: is_ready(pod) for pod in json.loads(kubectl(*words))["items"]}


def restart_minio() -> None:
    """Delete MinIO's pod and wait for another one."""
    former = minio_pods().keys()
    kubectl("-n", MINIO, "delete", "pod", *former)
    until(lambda: any(is_there for name, is_there in minio_pods().items() if name not in former), BACK, TO_RESTART_S)


@contextmanager
def without_minio() -> Iterator[None]:
    """Have no MinIO for as long as the context lasts."""
    scale = ("-n", MINIO, "scale", "deployment", "minio")
    try:
        kubectl(*scale, "--replicas=0")
        until(lambda: not minio_pods(), "MinIO is gone", TO_RESTART_S)
        yield
    finally:
        kubectl(*scale, "--replicas=1")
        until(lambda: any(minio_pods().values()), BACK, TO_RESTART_S)


def wait_for_more(answers: list[Answer]) -> None:
    """Wait for so many answers more as a load gives in `AWAY_S` seconds."""
    before = len(answers)
    until(lambda: len(answers) >= before + RATE * AWAY_S, "predict goes on answering", 3 * AWAY_S)


@pytest.fixture
def cold(gateway: str, subject: Subject) -> Iterator[Asking]:
    """Run a predict beside the other one that nobody has asked yet."""
    with copied("lr-predict", COLD), client_of(COLD, gateway) as client:
        yield Asking(client, subject.name)


def test_warm_predict_answers_while_minio_is_away_and_cold_predict_once_it_is_back(
    learn: Callable[[], None], warm: Asking, cold: Asking, say: Callable[[str], None]
) -> None:
    expected = warm.ask().text
    with load(warm.ask) as answers:
        restart_minio()
        with without_minio():
            refused = cold.ask()
            wait_for_more(answers)
        until(lambda: cold.says() == expected, "cold predict answers as warm predict does", TO_RECOVER_S)
    say(summary(answers))
    assert others(answers, expected) == []
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (503, "store-unavailable")
    assert refused.headers["retry-after"].isdigit()
    learn()
    until(lambda: warm.says() not in {None, expected}, "warm predict has the next model", TO_RECOVER_S)
    until(lambda: cold.says() == warm.says(), "cold predict has it, too", TO_RECOVER_S)
