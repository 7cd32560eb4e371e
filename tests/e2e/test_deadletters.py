"""An event that cannot be handled ends where a person can read it, stops nothing, and can be sent again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import obstore
import pytest

from tests.e2e.cluster import until
from tests.e2e.models import FIRST, SECOND, csv
from tests.e2e.triggers import OBJECTS, narrowed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.models import Model
    from tests.e2e.programs import Operator
    from tests.e2e.subscriber import Subscriber

pytestmark = pytest.mark.usefixtures("without_clock")
BAD = "a b+ü.csv"
TO_LETTER_S = 120


def put_bad(model: Model) -> str:
    """Put a table that cannot be learned, and return its key."""
    obstore.put(model.bucket, model.key(BAD), b"x,y\n1,2\n2,three\n")
    return model.key(BAD)


def letters(operator: Operator, key: str) -> list[Any]:
    """Return what the list of dead letters has of a table."""
    return [each for each in json.loads(operator.lr_sgd("deadletters", "list", "--json")) if each["subject"] == key]


def wait_for_letter(operator: Operator, key: str) -> Any:
    """Wait for the dead letter of a table."""
    return until(lambda: letters(operator, key), f"there is a dead letter of {key}", TO_LETTER_S)[0]


@pytest.fixture
def refused(model: Model, operator: Operator) -> Iterator[Model]:
    """Give a model with one table that was learned; the letters of its tables go at the end."""
    model.put("first.csv", FIRST)
    model.learned()
    yield model
    obstore.delete(model.bucket, [each["key"] for each in letters(operator, model.key(BAD))])


def test_a_table_that_cannot_be_learned_becomes_a_letter_and_stops_no_other(refused: Model, operator: Operator) -> None:
    before = refused.latest()
    key = put_bad(refused)
    letter = wait_for_letter(operator, key)
    assert letter["code"] == 422
    assert "three" in letter["problem"]
    shown = operator.lr_sgd("deadletters", "show", letter["key"])
    assert key in shown
    assert "lr-events" in shown
    assert "422" in shown
    after = refused.latest()
    assert (after["version"], after["document"]) == (before["version"], before["document"])
    assert [table["key"] for table in after["excluded"]] == [key]
    refused.put("second.csv", SECOND)
    assert refused.learned()["document"]["evaluation"]["n_samples"] == 6
    refused.answers([10.0], 22.0)


def test_an_event_that_is_answered_422_is_not_delivered_again(
    refused: Model, operator: Operator, subscriber: Subscriber
) -> None:
    with subscriber.between(refused.key("")):
        key = put_bad(refused)

        def given_up() -> bool:
            return any(each.path == "/letters" for each in subscriber.deliveries(knativeerrorcode="422", subject=key))

        until(given_up, "the event was given up", TO_LETTER_S)
        answered = [each.status for each in subscriber.deliveries(subject=key) if each.path == "/train"]
    assert answered == [422]
    wait_for_letter(operator, key)


def test_a_letter_sent_again_after_its_table_is_mended_trains_and_is_gone(
    refused: Model, operator: Operator, broker: str
) -> None:
    key = put_bad(refused)
    letter = wait_for_letter(operator, key)["key"]
    event = json.loads(operator.lr_sgd("deadletters", "show", "--json", letter))["event"]
    with narrowed(OBJECTS, {"exact": {"id": event["id"]}}):  # what MinIO says of the mending has another id
        obstore.put(refused.bucket, key, csv(SECOND).encode())
        assert "sent to" in operator.lr_sgd("deadletters", "resend", letter, "--sink", broker)
        latest = refused.learned()
    assert latest["cause"] == {"source": event["source"], "id": event["id"]}
    assert latest["excluded"] == []
    assert letters(operator, key) == []
    refused.answers([10.0], 22.0)
