"""Events that other programs send: each trains, and its training is announced to who subscribed."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.cluster import until
from tests.e2e.events import created
from tests.e2e.models import FIRST
from tests.e2e.programs import curl

if TYPE_CHECKING:
    import httpx

    from tests.e2e.models import Model
    from tests.e2e.subscriber import Delivery, Subscriber

pytestmark = pytest.mark.usefixtures("own_events_alone")
TABLE = "a b+ü.csv"
TO_DELIVERY_S = 60
OF_THE_WAY = {"date", "x-envoy-upstream-service-time"}
"""What a server or a gateway adds to every answer anew."""


def announced(subscriber: Subscriber, model: Model, times: int = 1) -> list[Delivery]:
    """Wait until a model's trainings were announced so many times."""

    def found() -> list[Delivery] | None:
        said = subscriber.trained(model.name)
        return said if len(said) >= times else None

    said = until(found, f"{times} times model.trained of {model.name} reached the subscriber", TO_DELIVERY_S)
    assert said is not None
    return said


def attributes(delivery: Delivery) -> dict[str, str]:
    """Return the attributes of an event, but not those that a broker adds on the way."""
    return {name: value for name, value in delivery.headers.items() if name.startswith("ce-") and "knative" not in name}


def assert_announces(delivery: Delivery, model: Model, latest: Any) -> None:
    """Check that an event says what an alias says."""
    said = attributes(delivery)
    assert datetime.fromisoformat(said["ce-time"]) == datetime.fromisoformat(latest["at"])
    assert said["ce-id"] == f"{model.name}/latest/{latest['generation']}"
    assert said["ce-subject"] == f"models/{model.name}/versions/{latest['version']}"
    summary, document = json.loads(delivery.body), latest["document"]
    assert (summary["model"], summary["version"], summary["generation"]) == (
        model.name,
        latest["version"],
        latest["generation"],
    )
    assert (summary["coef"], summary["intercept"]) == (document["coef"], document["intercept"])
    assert (summary["evaluation"], summary["trained"]) == (document["evaluation"], True)


@pytest.mark.parametrize("mode", ["binary", "structured"])
def test_an_event_by_curl_to_the_broker_trains_and_is_announced(
    model: Model, broker: str, subscriber: Subscriber, mode: str
) -> None:
    model.put(TABLE, FIRST)
    event = created(model.key(TABLE))
    headers, body = event.binary() if mode == "binary" else event.structured()
    assert curl(broker, headers, body) == 202
    latest = model.learned()
    assert latest["cause"] == event.cause
    assert_announces(announced(subscriber, model)[0], model, latest)
    model.answers([10.0], 21.0)


def test_the_same_event_again_changes_nothing_and_announces_the_same(
    model: Model, broker: str, subscriber: Subscriber
) -> None:
    model.put(TABLE, FIRST)
    event = created(model.key(TABLE))
    assert curl(broker, *event.binary()) == 202
    announced(subscriber, model)
    before = model.latest()
    assert curl(broker, *event.structured()) == 202
    first, again = announced(subscriber, model, times=2)
    assert (attributes(again), again.body) == (attributes(first), first.body)
    assert model.latest() == before


def test_train_answers_the_same_event_the_same_to_the_byte(model: Model, train: httpx.Client) -> None:
    model.put(TABLE, FIRST)
    headers, body = created(model.key(TABLE)).binary()
    first = train.post("/train", headers=headers, content=body)
    before = model.latest()
    again = train.post("/train", headers=headers, content=body)
    assert (first.status_code, first.headers["ce-type"]) == (200, "io.github.lr-sgd.model.trained")
    assert first.headers["lr-model-version"] == before["version"]
    assert (again.status_code, again.content, own(again)) == (first.status_code, first.content, own(first))
    assert model.latest() == before


def own(answer: httpx.Response) -> dict[str, str]:
    """Return the headers that train gives its answer."""
    return {name: value for name, value in answer.headers.items() if name not in OF_THE_WAY}


def test_an_event_that_finds_nothing_new_is_answered_with_nothing(model: Model, train: httpx.Client) -> None:
    model.put(TABLE, FIRST)
    before = model.learn()["generation"]
    headers, body = created(model.key(TABLE)).binary()
    said = train.post("/train", headers=headers, content=body)
    assert (said.status_code, said.content) == (204, b"")
    assert model.latest()["generation"] == before


def test_a_training_that_a_plain_request_asked_for_is_announced_too(model: Model, subscriber: Subscriber) -> None:
    model.put(TABLE, FIRST)
    model.learn()
    assert_announces(announced(subscriber, model)[0], model, model.latest())
