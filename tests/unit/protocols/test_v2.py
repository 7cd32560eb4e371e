"""Inference requests that are right: every form of the same rows gives the same predictions to the last bit."""

from __future__ import annotations

import json
from itertools import chain
from struct import pack, unpack
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lr_core.protocols.codec import predict
from lr_core.protocols.v1 import V1
from lr_core.protocols.v2 import arithmetic, data, request
from lr_core.protocols.v2.datatypes import DATATYPES
from lr_core.protocols.v2.metadata import metadata
from tests.tensors import in_binary, in_json, tensor
from tests.unit.protocols.inference import ONE, TWO, asked

if TYPE_CHECKING:
    from lr_core.document import Document
    from lr_core.errors import Fault
    from lr_core.protocols.v2.request import Input

BINARY = {"parameters": {"binary_data_output": True}}


def predictions(body: bytes, length: str | None = None, model: Document = TWO) -> list[float]:
    """Return what a body is answered, having seen that the answer describes it."""
    answer = asked(body, length, model)
    said = json.loads(answer.body[: answer.header_length])
    (output,) = said["outputs"]
    assert (said["model_name"], said["model_version"]) == (model.model, model.version)
    assert (output["name"], output["datatype"]) == ("predict", "FP64")
    (n_rows,) = output["shape"]
    if answer.header_length is None:
        values = output["data"]
    else:
        packed = answer.body[answer.header_length :]
        assert output["parameters"] == {"binary_data_size": len(packed)}
        values = list(unpack(f"<{n_rows}d", packed))
    assert len(values) == n_rows
    return list(map(float, values))


def bits(values: list[float]) -> list[str]:
    return [value.hex() for value in values]


def values_of(name: str) -> st.SearchStrategy[Any]:
    """Return what a datatype can hold, floats only as large as leaves predictions finite."""
    datatype = DATATYPES[name]
    if name == "BOOL":
        return st.booleans()
    if datatype.is_float:
        limit = {"FP16": 65504.0, "FP32": 2.0**100, "FP64": 1e150}[name]
        numbers = st.floats(-limit, limit, allow_nan=False)
        return numbers.map(lambda x: unpack(f"<{datatype.code}", pack(f"<{datatype.code}", x))[0])
    return st.integers(datatype.low, datatype.high)


@given(st.data(), st.sampled_from(sorted(DATATYPES)))
def test_every_form_of_the_same_rows_gives_the_same_bits(drawn: st.DataObject, datatype: str) -> None:
    value = values_of(datatype)
    rows = drawn.draw(st.lists(st.tuples(value, value), max_size=5))
    flat, n_rows = list(chain.from_iterable(rows)), len(rows)
    body = json.dumps({"instances": [list(map(float, row)) for row in rows]}).encode()
    expected = bits(predict(TWO.to_model(), body, V1)["predictions"])  # type: ignore[index]
    matrix = tensor(flat, n_rows, 2, datatype=datatype)
    by_name = [tensor([row[i] for row in rows], n_rows, name="ab"[i], datatype=datatype) for i in (1, 0)]
    in_bytes = [in_binary(matrix), in_binary(*by_name), in_binary(matrix, **BINARY), in_binary(*by_name, **BINARY)]
    for body, length in in_bytes:
        assert bits(predictions(body, length)) == expected
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(arithmetic, "ARRAY_BYTES", -1)  # so that numpy computes
            assert bits(predictions(body, length)) == expected
    if datatype != "FP16":
        nested = {**matrix, "data": rows}
        of_one = [{**each, "shape": [n_rows, 1], "data": [[x] for x in each["data"]]} for each in by_name]
        for inputs in ([matrix], [nested], by_name, of_one):
            assert bits(predictions(in_json(*inputs))) == expected
            assert bits(predictions(in_json(*inputs, **BINARY))) == expected


@given(st.floats(-1e30, 1e30))
def test_a_number_of_fp32_is_what_32_bits_hold_in_json_as_in_binary(x: float) -> None:
    held = unpack("<f", pack("<f", x))[0]
    for body in (in_json(tensor([x], 1, 1, datatype="FP32")), in_json(tensor([held], 1, 1))):
        assert bits(predictions(body, model=ONE)) == bits([1.0 + 2.0 * held])


@pytest.mark.parametrize(
    "whole", [2**53 + 1, -(2**63) - 1, 2**64 + 2**11 + 1, 10**22 + 1, 10**30 + 1, 123456789 * 10**200]
)
def test_a_whole_number_is_rounded_to_the_nearest_double(whole: int) -> None:
    for body in (
        in_json(tensor([whole], 1, 1)),
        in_json(tensor([[whole]], 1, 1)),
        in_json(tensor([[whole], [0]], 2, 1)),
    ):
        assert predictions(body, model=ONE)[0] == 1.0 + 2.0 * float(whole)


@pytest.mark.parametrize("datatype", sorted(DATATYPES))
def test_no_rows_in_no_rows_out(datatype: str) -> None:
    empty = tensor([], 0, 2, datatype=datatype)
    assert predictions(*in_binary(empty)) == predictions(*in_binary(empty, **BINARY)) == []
    if datatype != "FP16":
        assert predictions(in_json(empty)) == predictions(in_json(empty, **BINARY)) == []


def test_binary_and_json_inputs_may_stand_side_by_side() -> None:
    body, _ = in_binary(tensor([2.0, 4.0], 2, name="b"))
    size = 16
    text = in_json(
        {"name": "b", "shape": [2], "datatype": "FP64", "parameters": {"binary_data_size": size}},
        tensor([1, 3], 2, name="a", datatype="INT8"),
    )
    expected = predictions(in_json(tensor([1, 2, 3, 4], 2, 2)))
    assert predictions(text + body[-size:], str(len(text))) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arithmetic, "ARRAY_BYTES", -1)
        assert predictions(text + body[-size:], str(len(text))) == expected


@pytest.mark.parametrize(
    ("of_all", "own", "is_binary"),
    [(None, None, False), (True, None, True), (False, True, True), (True, False, False), (True, True, True)],
)
def test_an_output_decides_for_itself_and_the_request_for_the_others(
    of_all: bool | None,  # noqa: FBT001  -- a table of cases
    own: bool | None,  # noqa: FBT001
    is_binary: bool,  # noqa: FBT001
) -> None:
    outputs = [{"name": "predict", "parameters": {"binary_data": own}}]
    body = in_json(tensor([1, 2], 1, 2), outputs=outputs, parameters={"binary_data_output": of_all})
    assert (asked(body).header_length is not None) is is_binary


def test_a_request_keeps_its_id_and_has_none_where_it_gave_none() -> None:
    assert json.loads(asked(in_json(tensor([1, 2], 1, 2), id="r-1")).body)["id"] == "r-1"
    assert "id" not in json.loads(asked(in_json(tensor([1, 2], 1, 2), id=None)).body)


def test_what_is_not_known_is_passed_over_and_what_is_optional_may_be_null() -> None:
    known = tensor([1, 2], 1, 2, parameters={"content_type": "np", "binary_data_size": None}, more=1)
    body = in_json(known, outputs=None, parameters=None, id=None, more={"a": [None]})
    assert predictions(body) == predictions(in_json(tensor([1, 2], 1, 2), outputs=[]))


def test_one_tensor_with_the_name_of_a_feature_may_be_the_matrix() -> None:
    assert predictions(in_json(tensor([1, 2], 1, 2, name="b"))) == predictions(in_json(tensor([1, 2], 1, 2)))
    assert predictions(in_json(tensor([1, 2], 2, name="x")), model=ONE) == [3.0, 5.0]


def test_a_model_describes_what_it_takes_and_gives() -> None:
    assert metadata(TWO) == {
        "name": "two",
        "versions": ["1" * 12],
        "platform": "lr-sgd_json",
        "inputs": [
            {"name": "X", "datatype": "FP64", "shape": [-1, 2], "parameters": {"feature_names": ["a", "b"]}},
        ],
        "outputs": [{"name": "predict", "datatype": "FP64", "shape": [-1]}],
    }


def by_value(tensor: Input, datatype: str, faults: list[Fault]) -> list[float]:
    places = data.placed(tensor.data, tensor.shape, ("data",), faults)
    return [data.element(each, DATATYPES[datatype], place, faults) for each, place in places]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(set(DATATYPES) - {"FP16"})), json_values, st.lists(st.integers(0, 3), max_size=2))
def test_elements_read_at_once_are_those_read_one_by_one(datatype: str, value: Any, shape: list[int]) -> None:
    body = in_json(tensor(value, *shape, datatype=datatype))
    (at_once,), (one_by_one,) = request.decode(body).inputs, request.read(body).inputs
    said: list[Fault] = []
    expected = bits(by_value(one_by_one, datatype, said))
    found: list[Fault] = []
    values = data.elements(at_once, DATATYPES[datatype], ("data",), found)
    assert [fault.pointer for fault in found] == [fault.pointer for fault in said]
    assert said or bits(list(map(float, values))) == expected


members = st.sampled_from(
    ["a", "X", 1, None, True, 2.0, "FP64", [1, 2], [1.0], [True], [], {}, {"binary_data_size": 1}]
)
inputs = st.lists(
    st.fixed_dictionaries({}, optional=dict.fromkeys(("name", "shape", "datatype", "parameters", "data"), members)),
    max_size=2,
)


@given(
    st.fixed_dictionaries({}, optional={"inputs": inputs | members, "id": members, "parameters": members, "x": members})
)
def test_a_request_read_at_once_is_that_read_value_by_value(value: dict[str, Any]) -> None:
    body = json.dumps(value).encode()
    try:
        at_once = request.decode_typed(body)
    except msgspec.DecodeError:
        return
    assert msgspec.to_builtins(at_once) == msgspec.to_builtins(request.read(body))
