from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lr_core.errors import InvalidInput
from lr_core.protocols.codec import predict
from lr_core.protocols.explain import explain
from lr_core.protocols.v1 import V1
from tests.unit.protocols.inference import TWO

finite = st.floats(-1e9, 1e9)


def explained(instances: Any, **other: Any) -> Any:
    model = msgspec.structs.replace(TWO, **other)
    return explain(model, model.to_model(), json.dumps({"instances": instances}).encode())


def pointers(instances: Any, **other: Any) -> list[str]:
    with pytest.raises(InvalidInput) as error:
        explained(instances, **other)
    return [fault.pointer for fault in error.value.faults]


def test_contributions_are_distances_from_the_means_times_coefficients() -> None:
    answer = explained([[3, 2], {"b": 0, "a": 1}], coef=[2.0, -1.0], intercept=0.5)
    assert answer["predictions"] == [4.5, 2.5]
    assert answer["explanations"] == [
        {"base": 0.5, "contributions": {"a": 4.0, "b": 0.0}},
        {"base": 0.5, "contributions": {"a": 0.0, "b": 2.0}},
    ]
    assert explained([]) == {"predictions": [], "explanations": []}


@given(st.lists(st.tuples(finite, finite), max_size=4), st.tuples(finite, finite))
def test_base_and_contributions_add_up_to_what_predict_says(rows: list[Any], means: tuple[float, float]) -> None:
    answer = explained(rows, feature_means=list(means))
    body = json.dumps({"instances": rows}).encode()
    assert {"predictions": answer["predictions"]} == predict(TWO.to_model(), body, V1)
    for prediction, each in zip(answer["predictions"], answer["explanations"], strict=True):
        total = each["base"] + sum(each["contributions"].values())
        assert total == pytest.approx(prediction, rel=1e-12, abs=1e-6)


def test_faults_are_those_of_predict() -> None:
    assert pointers([[1], ["x", 2], {"a": 1}]) == ["/instances/0", "/instances/1/0", "/instances/2/b"]
    assert pointers([[1, 1], [1e308, 1e308]], coef=[10.0, 10.0]) == ["/instances/1"]


def test_a_contribution_that_a_double_cannot_hold_is_a_fault_of_its_row() -> None:
    assert pointers([[0, 0], [1e308, 0]], coef=[1.0, 1.0], feature_means=[-1e308, 0.0]) == ["/instances/1"]
