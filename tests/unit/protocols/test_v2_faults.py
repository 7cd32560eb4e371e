"""Inference requests that are wrong: every fault is named."""

from __future__ import annotations

import json
from struct import pack
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lr_core.errors import InvalidInput, LrError, MalformedRequest
from lr_core.protocols.v2 import arithmetic
from tests.tensors import in_binary, in_json, tensor
from tests.unit.protocols.inference import ONE, TWO, asked


def faults(body: bytes, length: str | None = None, model: Any = TWO) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as error:
        asked(body, length, model)
    return [(fault.pointer, fault.detail) for fault in error.value.faults]


def pointers(body: bytes, length: str | None = None, model: Any = TWO) -> list[str]:
    return [pointer for pointer, _ in faults(body, length, model)]


FLAT = msgspec.structs.replace(ONE, coef=[0.0])
A, B, C = (tensor([1, 2], 2, name=name) for name in "abc")


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ([], ["/inputs", "/inputs"]),
        ([A], ["/inputs"]),
        ([A, B, C], ["/inputs/2/name"]),
        ([A, A], ["/inputs/1/name", "/inputs"]),
        ([C, C], ["/inputs/0/name", "/inputs/1/name", "/inputs", "/inputs"]),
        ([A, tensor([1], 1, name="b")], ["/inputs/1/shape"]),
        ([A, tensor([1, 2], 1, 2, name="b")], ["/inputs/1/shape"]),
        ([A, tensor([1, 2], 2, 1, 1, name="b")], ["/inputs/1/shape"]),
        ([A, tensor([1], name="b")], ["/inputs/1/shape"]),
        ([tensor([1, 2], 2)], ["/inputs/0/shape"]),
        ([tensor([1, 2], 2, 1)], ["/inputs/0/shape"]),
        ([tensor([1, 2, 3], 1, 3)], ["/inputs/0/shape"]),
        ([tensor([], -1, 2)], ["/inputs/0/shape", "/inputs/0/data"]),
        ([A, tensor([1, 2], 2, name="b", datatype="FP8")], ["/inputs/1/datatype"]),
        ([A, tensor([1, 2], 2, name="b", datatype="FP16")], ["/inputs/1/datatype"]),
        ([A, tensor(["x", "y"], 2, name="b", datatype="BYTES")], ["/inputs/1/datatype"]),
        ([tensor(None, 1, 2)], ["/inputs/0/data"]),
        ([tensor({}, 1, 2)], ["/inputs/0/data"]),
        ([tensor([1], 1, 2)], ["/inputs/0/data"]),
        ([tensor([1, 2, 3, 4], 10**30, 2)], ["/inputs/0/data"]),
        ([tensor([1, 2], *[2**62] * 100_000)], ["/inputs/0/shape"]),
        ([tensor([[1, 2]], 2, 2)], ["/inputs/0/data"]),
        ([tensor([[1, 2], [3]], 2, 2)], ["/inputs/0/data/1"]),
        ([tensor([[1, 2], 3], 2, 2)], ["/inputs/0/data/1"]),
        ([tensor([[1, 2], [3, "x"]], 2, 2)], ["/inputs/0/data/1/1"]),
        ([tensor([1, None, "2", True], 2, 2)], [f"/inputs/0/data/{i}" for i in (1, 2, 3)]),
        ([tensor([[[1]], [[2]]], 2, name="a"), B], ["/inputs/0/data/0", "/inputs/0/data/1"]),
        (
            [tensor(["x", 1], 2, name="c", datatype="INT8"), tensor([1, 999], 3, name="c", datatype="INT8")],
            [
                *("/inputs/0/name", "/inputs/1/name", "/inputs", "/inputs", "/inputs/1/shape"),
                *("/inputs/0/data/0", "/inputs/1/data", "/inputs/1/data/1"),
            ],
        ),
    ],
)
def test_names_shapes_and_elements_are_named_by_their_places(inputs: Any, expected: list[str]) -> None:
    assert pointers(in_json(*inputs)) == expected


@pytest.mark.parametrize(
    ("datatype", "good", "bad"),
    [
        ("BOOL", [True, False], [0, 1, 1.0, "true", None]),
        ("INT8", [-128, 127, 2.0], [-129, 128, 1.5, True, 1e300]),
        ("INT64", [-(2**63), 2**63 - 1], [-(2**63) - 1, 2**63, 1e19, 10**400]),
        ("UINT8", [0, 255], [-1, 256]),
        ("UINT64", [0, 2**64 - 1], [-1, 2**64]),
        ("FP32", [3.4028234663852886e38, -1e-50, 7], [3.5e38, -(10**39), True, "1"]),
        ("FP64", [1.7e308, 2**64], [10**400, False]),
    ],
)
def test_each_datatype_takes_what_it_can_hold(datatype: str, good: list[Any], bad: list[Any]) -> None:
    constant = json.loads(asked(in_json(tensor(good, len(good), 1, datatype=datatype)), None, FLAT).body)
    assert constant["outputs"][0]["data"] == [1.0] * len(good)
    found = pointers(in_json(tensor([*good, *bad], len(good) + len(bad), 1, datatype=datatype)), None, FLAT)
    assert found == [f"/inputs/0/data/{len(good) + i}" for i in range(len(bad))]


@pytest.mark.parametrize("number", [b"1e999", b"-1e999", b"9" * 400])
def test_a_number_that_no_double_can_hold_is_named(number: bytes) -> None:
    body = in_json(tensor([1, 2], 1, 2)).replace(b'"data": [1', b'"data": [' + number)
    assert pointers(body) == ["/inputs/0/data/0"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"outputs": [{"name": "lower"}, {"name": "upper"}]}, ["/outputs/0/name", "/outputs/1/name"]),
        ({"outputs": [{"name": "predict"}, {"name": "predict"}]}, ["/outputs"]),
        ({"outputs": [{"name": "predict"}, {"name": "proba"}]}, ["/outputs/1/name"]),
        ({"outputs": [{"name": "predict", "parameters": {"binary_data": 1}}]}, ["/outputs/0/parameters/binary_data"]),
        ({"outputs": [1]}, ["/outputs/0"]),
        ({"outputs": {}, "id": 1, "parameters": []}, ["/id", "/parameters", "/outputs"]),
        ({"parameters": {"binary_data_output": "yes"}}, ["/parameters/binary_data_output"]),
    ],
)
def test_outputs_and_parameters_are_checked(more: Any, expected: list[str]) -> None:
    assert pointers(in_json(tensor([1, 2], 1, 2), **more)) == expected


def test_an_interval_is_refused_by_a_sentence_of_its_own() -> None:
    ((_, detail),) = faults(in_json(tensor([1, 2], 1, 2), outputs=[{"name": "lower"}]))
    assert "no intervals" in detail


def test_the_form_of_every_input_is_checked() -> None:
    body = json.dumps(
        {"inputs": [1, {"name": 1, "shape": [1.5, True], "datatype": None, "parameters": {"binary_data_size": "1"}}]}
    )
    places = ["", "/name", "/shape/0", "/shape/1", "/datatype", "/parameters/binary_data_size"]
    assert pointers(body.encode()) == ["/inputs/0", *(f"/inputs/1{place}" for place in places[1:])]
    assert pointers(b"[]") == [""]
    assert pointers(b"{}") == ["/inputs"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b'{"inputs": NaN}', b"[" * 100_000, b'{"inputs": [], "x": "\xff"}']
)
def test_what_is_not_json_is_malformed(body: bytes) -> None:
    for length in (None, str(len(body))):
        with pytest.raises(MalformedRequest):
            asked(body, length)


def test_every_prediction_that_a_double_cannot_hold_is_named() -> None:
    flat = [1e308, 1.0, 1.0, 1e308, 1e308, 1e308]
    large = msgspec.structs.replace(TWO, coef=[10.0, 10.0])
    expected = [("", f"the prediction of row {row} is too large for a double") for row in (0, 1, 2)]
    assert faults(in_json(tensor(flat, 3, 2)), None, large) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arithmetic, "ARRAY_BYTES", -1)
        assert faults(*in_binary(tensor(flat, 3, 2)), large) == expected


@pytest.mark.parametrize("array_bytes", [-1, 1 << 16])
@pytest.mark.parametrize("datatype", ["FP16", "FP32", "FP64"])
def test_binary_data_hold_numbers_alone(datatype: str, array_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arithmetic, "ARRAY_BYTES", array_bytes)
    odd = [1.0, float("nan"), float("inf"), float("-inf")]
    found = faults(*in_binary(tensor(odd, 2, 2, datatype=datatype)))
    assert [pointer for pointer, _ in found] == ["/inputs/0"] * 3
    assert [detail.split()[5] for _, detail in found] == ["1,", "2,", "3,"]
    assert pointers(*in_binary(tensor([0, 1, 2, 255], 2, 2, datatype="BOOL"))) == ["/inputs/0"] * 2


def test_binary_data_agree_with_all_that_is_said_of_their_size() -> None:
    body, length = in_binary(tensor([1.0, 2.0], 2, name="a"), tensor([1, 2], 2, name="b", datatype="INT32"))
    whole = int(length) + 24
    assert len(body) == whole
    asked(body, length)
    for size in range(whole):
        with pytest.raises(LrError):
            asked(body[:size], length)
    for size in range(whole + 3):
        if size != int(length):
            with pytest.raises(LrError):
                asked(body, str(size))
    with pytest.raises(InvalidInput, match="expected 24 bytes of binary data, as the inputs say, found 25"):
        asked(body + b"x", length)


@pytest.mark.parametrize("length", ["", "x", "-1", "1.0", "+5", "0x10", "1_0", "٣", "9" * 5000, " ", "1 0"])
def test_a_header_that_is_no_length_is_refused(length: str) -> None:
    body, _ = in_binary(tensor([1.0, 2.0], 1, 2))
    with pytest.raises(InvalidInput, match="Inference-Header-Content-Length"):
        asked(body, length)


@pytest.mark.parametrize(
    ("size", "data", "expected"),
    [
        (8, None, ["/inputs/0/parameters/binary_data_size", ""]),
        (-16, None, ["/inputs/0/parameters/binary_data_size", ""]),
        (16, [1, 2], ["/inputs/0"]),
        (None, None, ["", "/inputs/0/data"]),
    ],
)
def test_an_input_has_its_elements_in_one_place(size: int | None, data: Any, expected: list[str]) -> None:
    text = in_json(tensor(data, 1, 2, parameters={"binary_data_size": size}))
    assert pointers(text + pack("<2d", 1, 2), str(len(text))) == expected


def test_binary_data_need_the_header_that_parts_them_from_the_json() -> None:
    body, length = in_binary(tensor([1.0, 2.0], 1, 2))
    with pytest.raises(MalformedRequest, match="need the header Inference-Header-Content-Length"):
        asked(body)
    with pytest.raises(InvalidInput, match="expected the header Inference-Header-Content-Length"):
        asked(body[: int(length)])
    empty, _ = in_binary(tensor([], 0, 2))
    with pytest.raises(InvalidInput, match="expected the header Inference-Header-Content-Length"):
        asked(empty)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 300)
    | st.floats()
    | st.sampled_from(["a", "b", "FP64", "INT8", "BYTES", "predict"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "inputs outputs id parameters name shape datatype data binary_data_size binary_data".split()
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)
lengths = st.none() | st.integers(-5, 300).map(str) | st.text(max_size=5)


@given(st.binary(max_size=60) | values.map(lambda value: json.dumps(value).encode()), st.binary(max_size=40), lengths)
def test_whatever_a_body_is_the_answer_is_json_or_an_error_of_ours(
    text: bytes, rest: bytes, length: str | None
) -> None:
    for parted in (length, str(len(text))):
        try:
            answer = asked(text + rest, parted)
            json.loads(answer.body[: answer.header_length])
        except LrError as error:
            str(error).encode()


def test_a_shape_of_many_dimensions_is_a_fault_and_not_multiplied_out() -> None:
    text = in_json(tensor(None, *[2**62] * 100_000, parameters={"binary_data_size": 8}))
    assert pointers(text + bytes(8), str(len(text))) == ["/inputs/0/shape"]
