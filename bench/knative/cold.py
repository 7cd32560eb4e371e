"""Predict from zero beside the static server from zero, in turns."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from bench.knative.interval import median_interval
from bench.knative.report import met, progress, table
from bench.knative.service import until_at_zero
from bench.knative.waking import ANSWERED, CREATED, IP, LISTENS, LOAD, MOMENTS, POD, SCHEDULED, STARTED, wake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.knative.report import Rounds
    from bench.knative.service import Service

__all__ = ["cold"]

LISTENS_WITHIN_MS = 350
BEFORE_IP = 0.8
PLACED_WITHIN_MS = 1000


def cold(predict: Service, peer: Service, rounds: int, clock_ahead_s: float) -> Iterator[str]:
    """Wake both in every round, each from zero; who goes first changes, for the second meets a busier node."""
    services = (predict, peer)
    found: dict[str, Rounds] = {service.name: [] for service in services}
    for number in range(rounds):
        until_at_zero(predict.name, peer.name)
        for service in services if number % 2 == 0 else reversed(services):
            found[service.name].append(moments := wake(service, clock_ahead_s))
            progress(f"{service.name}, round {number + 1} of {rounds}", moments)
    yield from table((*MOMENTS, LOAD), found)
    yield ""
    yield from statements(found[predict.name], found[peer.name])


def statements(predict: Rounds, peer: Rounds) -> Iterator[str]:
    """Say what was promised, and whether it is so."""
    slower = [ours[ANSWERED] - theirs[ANSWERED] for ours, theirs in zip(predict, peer, strict=True)]
    yield f"- Response of predict less the static server's, round by round, in ms: median {median_interval(slower)}"
    waited = sum(each[SCHEDULED] - each[POD] > PLACED_WITHIN_MS for each in (*predict, *peer))
    if waited:
        yield f"- {waited} pods waited for a place on a node: the cluster is too full to say what a wake takes"
    listening = [each for each in predict if LISTENS in each]
    if not listening:
        yield "- When predict listened is not known: its log has no line that says so (lr_core/http/server.py)."
        return
    listens = median(each[LISTENS] - each[STARTED] for each in listening)
    promise = met(f"at most {LISTENS_WITHIN_MS}", is_met=listens <= LISTENS_WITHIN_MS)
    yield f"- Predict listens {listens:.0f} ms (median) after its container was started, {promise}"
    created = median(each[LISTENS] - each[CREATED] for each in listening if CREATED in each)
    floor = median(each[LISTENS] - each[CREATED] for each in peer if CREATED in each and LISTENS in each)
    yield f"- and {created:.0f} ms after it was created, where the static server needs {floor:.0f}: the runtime's part"
    early = sum(each[LISTENS] < each[IP] for each in listening)
    promise = met(f"at least {BEFORE_IP:.0%}", is_met=early >= BEFORE_IP * len(listening))
    yield f"- It listens before the pod's IP is in the API in {early} of {len(listening)} rounds, {promise}"
