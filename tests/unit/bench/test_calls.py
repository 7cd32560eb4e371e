from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.serving.calls import INTERCEPT, SLOPE, TABLE, bento, column, v1, v2_binary, v2_json

if TYPE_CHECKING:
    from collections.abc import Callable

X = column(4)
WRITTEN: dict[str, Callable[[list[float]], bytes]] = {
    "v1": lambda y: json.dumps({"predictions": y}).encode(),
    "bento": lambda y: json.dumps(y).encode(),
    "v2_json": lambda y: json.dumps({"outputs": [{"data": y}]}).encode(),
    "v2_binary": lambda y: b"{}" + np.array(y, "<f8").tobytes(),
}
CALLS = {"v1": v1(X), "bento": bento(X), "v2_json": v2_json(X), "v2_binary": v2_binary(X)}


@pytest.mark.parametrize("protocol", WRITTEN)
def test_only_the_right_predictions_are_right(protocol: str) -> None:
    call, write = CALLS[protocol], WRITTEN[protocol]
    y = (INTERCEPT + SLOPE * X).tolist()
    assert call.is_right(write(y))
    assert not call.is_right(write([*y[:-1], y[-1] + 1e-5]))
    assert not call.is_right(write([y[1], y[0], *y[2:]]))


@pytest.mark.parametrize("protocol", ["v1", "bento", "v2_json"])
def test_a_row_too_few_is_wrong(protocol: str) -> None:
    y = (INTERCEPT + SLOPE * X).tolist()
    assert not CALLS[protocol].is_right(WRITTEN[protocol](y[:-1]))


def test_the_table_has_the_line_that_answers_are_held_against() -> None:
    rows = np.loadtxt(TABLE.decode().splitlines(), delimiter=",", skiprows=1)
    assert np.allclose(rows[:, 1], INTERCEPT + SLOPE * rows[:, 0], rtol=1e-12)
