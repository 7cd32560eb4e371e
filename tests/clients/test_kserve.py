"""KServe's client, by V1 and by V2, against a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.clients.conftest import said

if TYPE_CHECKING:
    from tests.clients.conftest import Served


@pytest.fixture(scope="module")
def given(served: Served) -> dict[str, Any]:
    """Make the calls."""
    return said("kserve", "kserve_rest", served.url)


def test_v1_predicts_and_explains(given: dict[str, Any], served: Served) -> None:
    v1 = given["v1"]
    assert (v1["live"], v1["ready"]) == (True, True)
    assert v1["predicted"]["predictions"] == pytest.approx([0.5, -0.5], abs=1e-12)
    assert v1["version"] == served.version
    assert v1["explained"]["predictions"] == v1["predicted"]["predictions"]
    for prediction, each in zip(v1["predicted"]["predictions"], v1["explained"]["explanations"], strict=True):
        assert each["base"] + sum(each["contributions"].values()) == pytest.approx(prediction, abs=1e-12)


def test_v1_raises_what_is_wrong(given: dict[str, Any]) -> None:
    for name, status in (("missing", "404"), ("not ready", "404"), ("wrong", "422")):
        assert given["v1"][name].startswith("HTTPStatusError: "), given["v1"]
        assert status in given["v1"][name]


def test_v2_says_what_is_live_and_ready(given: dict[str, Any]) -> None:
    assert given["v2_says"] == {"live": True, "ready": True, "two": True, "nothing": False}


def test_v2_infers_from_json_and_bytes_both_ways(given: dict[str, Any]) -> None:
    assert len(given["v2_infers"]) == 12
    for form, predictions in given["v2_infers"].items():
        assert predictions == pytest.approx([2, 1], abs=1e-12), form


def test_v2_infers_from_a_tensor_a_feature_and_keeps_the_id(given: dict[str, Any], served: Served) -> None:
    assert given["v2_answers"]["predicted"] == pytest.approx([0, -0.5], abs=1e-12)
    assert given["v2_answers"]["named"] == ["42", "two", served.version]


def test_v2_raises_what_is_wrong_with_the_servers_words(given: dict[str, Any]) -> None:
    assert "there is no model" in given["v2_answers"]["missing"]
    assert "404" in given["v2_answers"]["missing"]
    assert "[1, 3]" in given["v2_answers"]["wrong"]
    assert "400" in given["v2_answers"]["wrong"]
