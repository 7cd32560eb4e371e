"""What who watches the server's health learns."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

from lr_core.grpc.health import KNOWN, Health

SERVING, NOT_SERVING = HealthCheckResponse.SERVING, HealthCheckResponse.NOT_SERVING
UNKNOWN = HealthCheckResponse.SERVICE_UNKNOWN


@pytest.mark.parametrize("service", KNOWN)
def test_health_ends_with_the_server(service: str) -> None:
    async def watched() -> list[Any]:
        health, request = Health(), HealthCheckRequest(service=service)
        watch = health.Watch(request, None)
        said = [(await health.Check(request, None)).status, (await anext(watch)).status]
        health.close()
        said += [(await health.Check(request, None)).status, *[each.status async for each in watch]]
        return [*said, *[each.status async for each in health.Watch(request, None)]]

    assert asyncio.run(watched()) == [SERVING, SERVING, NOT_SERVING, NOT_SERVING, NOT_SERVING]


def test_who_watches_what_is_not_there_waits_and_ends_with_the_server() -> None:
    async def watched() -> list[Any]:
        health = Health()
        watch = health.Watch(HealthCheckRequest(service="other"), None)
        first = (await anext(watch)).status
        health.close()
        return [first, *[each.status async for each in watch]]

    assert asyncio.run(watched()) == [UNKNOWN]
