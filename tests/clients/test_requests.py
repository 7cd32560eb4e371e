"""requests, over one connection that is kept, against a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.clients.conftest import said

if TYPE_CHECKING:
    from tests.clients.conftest import Served


@pytest.fixture(scope="module")
def given(served: Served) -> dict[str, Any]:
    """Make the calls."""
    return said("tritonclient", "requests_session", served.url)


def test_all_protocols_give_the_same_bits(given: dict[str, Any], served: Served) -> None:
    predictions, version = given["v1"]
    assert predictions == pytest.approx([0.5, -0.5], abs=1e-12)
    assert version == served.version
    assert given["v2"] == given["v2_bytes"] == given["in_chunks"] == predictions


def test_the_original_routes_answer_with_strings(given: dict[str, Any]) -> None:
    assert given["original"] == [{"prediction": "[3.00]"}, {"predictions": "[[2.00], [4.00]]"}]


def test_what_is_wrong_is_a_problem_that_points_at_it(given: dict[str, Any]) -> None:
    assert given["refused"] == [422, "application/problem+json", "/instances/0"]
