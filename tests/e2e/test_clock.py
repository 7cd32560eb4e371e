"""The clock looks after what no event told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.cluster import FUNCTIONS, until
from tests.e2e.models import FIRST, SECOND
from tests.e2e.triggers import CLOCK, OBJECTS, removed, striking

if TYPE_CHECKING:
    from tests.e2e.models import Model
    from tests.e2e.subscriber import Subscriber

CLOCK_SAYS = f"/apis/v1/namespaces/{FUNCTIONS}/pingsources/{CLOCK}"
TO_DELIVERY_S = 60


def test_the_clock_learns_and_forgets_and_announces_what_no_event_told(model: Model, subscriber: Subscriber) -> None:
    with removed(OBJECTS), striking():
        model.put("first.csv", FIRST)
        assert model.learned()["cause"]["source"] == CLOCK_SAYS
        model.answers([10.0], 21.0)
        until(lambda: subscriber.trained(model.name), "the clock's training is announced", TO_DELIVERY_S)
        model.put("second.csv", SECOND)
        model.delete("first.csv")
        assert model.learned()["cause"]["source"] == CLOCK_SAYS
        model.answers([10.0], 23.0)
    model.put("third.csv", FIRST)
    model.learned()
