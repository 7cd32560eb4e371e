"""Who may come in where: notifications need the token, and what is for the cluster alone has no door to the outside."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from tests.e2e.cluster import FUNCTIONS, get, secret

if TYPE_CHECKING:
    from tests.e2e.subscriber import Subscriber

INSIDE = f"{FUNCTIONS}.svc.cluster.local"


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}], ids=["without", "wrong"])
def test_notify_refuses_who_does_not_say_the_token(subscriber: Subscriber, headers: dict[str, str]) -> None:
    assert subscriber.status_of("POST", f"lr-notify.{INSIDE}", "/notifications", headers, "{}") == 401


def test_notify_takes_what_comes_with_the_token(subscriber: Subscriber) -> None:
    headers = {"authorization": f"Bearer {secret('lr-notify')['LR_NOTIFY_TOKEN']}"}
    assert subscriber.status_of("POST", f"lr-notify.{INSIDE}", "/notifications", headers, "{}") == 204


@pytest.mark.parametrize("service", ["lr-events", "lr-notify", "lr-deadletters"])
def test_the_gateway_leads_to_no_service_that_is_for_the_cluster_alone(
    subscriber: Subscriber, gateway: str, service: str
) -> None:
    assert subscriber.status_of("GET", f"{service}.{INSIDE}", "/healthz", {}) == 200
    outside = urlsplit(get("ksvc", "lr-predict")["status"]["url"]).netloc
    for host in (outside.replace("lr-predict", service, 1), f"{service}.{INSIDE}"):
        assert httpx.get(f"{gateway}/healthz", headers={"Host": host}, timeout=30).status_code == 404
