"""Where the time of a request goes, told to who asks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.tensors import in_json, tensor

if TYPE_CHECKING:
    from tests.contract.conftest import Service

PARTS = ["queue", "load", "decode", "compute", "encode"]
PART = re.compile(r"([a-z]+);dur=(\d+\.\d+)")
JSON = {"content-type": "application/json"}
ASKED = JSON | {"server-timing": "?1"}
BODIES = {
    "/v1/models/default:predict": b'{"instances": [[0.5]]}',
    "/v1/models/default:explain": b'{"instances": [[0.5]]}',
    "/v2/models/default/infer": in_json(tensor([0.5], 1, 1)),
    "/stream": b'{"record": "0.5"}',
}


def parts(header: str) -> dict[str, float]:
    return {name: float(duration) for name, duration in PART.findall(header)}


@pytest.mark.parametrize("path", BODIES)
def test_who_asks_is_told_where_the_time_went(trained: Service, path: str) -> None:
    for _ in range(2):  # from the store, then from memory
        answer = trained.predict.post(path, content=BODIES[path], headers=ASKED)
        assert answer.status_code == 200
        assert list(parts(answer.headers["server-timing"])) == PARTS
    assert "server-timing" not in trained.predict.post(path, content=BODIES[path], headers=JSON).headers


def test_the_parts_are_no_longer_than_the_whole(trained: Service) -> None:
    rows = b"[0.5]," * 100_000
    body = b'{"instances": [' + rows[:-1] + b"]}"
    answer = trained.predict.post("/v1/models/default:predict", content=body, headers=ASKED)
    took = parts(answer.headers["server-timing"])
    assert took["decode"] > 0
    assert took["compute"] > 0
    assert sum(took.values()) <= answer.elapsed.total_seconds() * 1e3


def test_a_fault_says_how_far_it_came(trained: Service) -> None:
    answer = trained.predict.post("/v1/models/default:predict", content=b"{}", headers=ASKED)
    assert answer.status_code == 422
    assert list(parts(answer.headers["server-timing"])) == ["queue", "load", "encode"]
