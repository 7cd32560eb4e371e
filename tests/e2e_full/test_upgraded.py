"""A Revision takes over from another one while requests come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.cluster import get, pods, until
from tests.e2e_full.asking import others
from tests.e2e_full.load import load, summary
from tests.e2e_full.services import kn

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e_full.asking import Asking

ANOTHER, AS_IT_WAS = "LR_MODEL_CACHE=255", "LR_MODEL_CACHE-"
TO_TAKE_OVER_S = 300.0


def serving() -> tuple[str, set[str]]:
    """Return the Revision that gets all requests of predict, or nothing, and those that pods run of."""
    traffic = get("ksvc", "lr-predict")["status"]["traffic"]
    whole = [each["revisionName"] for each in traffic if each.get("percent") == 100]
    return "".join(whole), {pod["metadata"]["labels"]["serving.knative.dev/revision"] for pod in pods("lr-predict")}


def wait_for_another(former: str) -> str:
    """Wait until another Revision has all requests and pods of its own, and no pod of the former one is left."""

    def taken_over() -> str:
        revision, running = serving()
        return revision if revision not in {"", former} and running == {revision} else ""

    return until(taken_over, f"another Revision than {former} has taken over", TO_TAKE_OVER_S)


def test_a_revision_takes_over_and_the_next_one_too_without_a_failed_request(
    warm: Asking, say: Callable[[str], None]
) -> None:
    expected = warm.ask().text
    first, _ = serving()
    try:
        with load(warm.ask) as answers:
            kn("service", "update", "lr-predict", "--env", ANOTHER)
            second = wait_for_another(first)
            kn("service", "update", "lr-predict", "--env", AS_IT_WAS)
            third = wait_for_another(second)
    finally:
        kn("service", "update", "lr-predict", "--env", AS_IT_WAS)
    say(f"{first}, {second}, {third}: {summary(answers)}")
    assert others(answers, expected) == []
