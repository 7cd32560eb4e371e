from __future__ import annotations

import pytest

from lr_core.access.caller import Caller
from lr_core.access.roles import ADMIN, ANY, OPEN, PREDICT, ROLES, TRAIN, require, routes
from lr_core.errors import Forbidden
from lr_core.http.guard import needs_of_both, needs_of_notify
from lr_core.settings import Settings


@pytest.mark.parametrize("path", ["/healthz", "/v2/health/live", "/v2/health/ready"])
def test_liveness_is_for_everybody(path: str) -> None:
    assert {routes(role)(path) for role in ROLES} == {OPEN}


@pytest.mark.parametrize(
    "path", ["/healthz/", "//healthz", "/healthz/../train", "/v2/health", "/v2/healthz", "/HEALTHZ"]
)
def test_what_only_looks_like_liveness_is_not(path: str) -> None:
    assert routes(PREDICT)(path) == PREDICT


def test_a_route_that_nobody_named_needs_a_role() -> None:
    assert routes(PREDICT)("/added/later") == PREDICT
    assert routes(TRAIN)("/train") == TRAIN
    assert routes(PREDICT)("/openapi.json") == ANY
    assert routes(PREDICT)("/metrics") == ADMIN


def test_behind_one_door_each_route_needs_what_it_needs_behind_its_own() -> None:
    needs = needs_of_both(Settings())
    found = [needs(path) for path in ("/", "/stream", "/v1/models/m:predict", "/train", "/notifications", "/healthz")]
    assert found == [PREDICT, PREDICT, PREDICT, TRAIN, TRAIN, OPEN]


def test_notifications_need_no_role_where_they_have_a_token_of_their_own() -> None:
    for needs in (needs_of_both, needs_of_notify):
        assert needs(Settings(notify_token="t"))("/notifications") == OPEN
        assert needs(Settings())("/notifications") == TRAIN


def test_a_role_lets_in_where_it_is_needed_and_admin_everywhere() -> None:
    for role in (PREDICT, TRAIN, ADMIN):
        caller = Caller("key a", frozenset({role}))
        require(caller, ANY)
        require(caller, role)
        for other in {PREDICT, TRAIN, ADMIN} - {role}:
            if role == ADMIN:
                require(caller, other)
            else:
                with pytest.raises(Forbidden, match=other):
                    require(caller, other)


def test_a_caller_without_a_role_may_read_what_is_for_all_who_are_known() -> None:
    nobody = Caller("token x", frozenset())
    require(nobody, ANY)
    with pytest.raises(Forbidden):
        require(nobody, PREDICT)
