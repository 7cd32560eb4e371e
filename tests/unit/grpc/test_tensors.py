"""Tensors of gRPC's messages, in each of their forms."""

from __future__ import annotations

from struct import unpack
from typing import Any

import pytest

from lr_core.errors import InvalidInput, MalformedRequest
from lr_core.grpc.answers import METHODS
from lr_core.grpc.status import status
from tests.unit.grpc.calls import find, infer, raw, request
from tests.unit.protocols.inference import TWO

ROWS = [(1.0, 2.0), (3.0, 4.0), (0.0, 1.0)]
EXPECTED = TWO.to_model().predict(ROWS)
FLAT = [value for row in ROWS for value in row]
INT, UINT = ("INT8", "INT16", "INT32"), ("UINT8", "UINT16", "UINT32")
FIELDS = {**dict.fromkeys(INT, "int_contents"), "INT64": "int64_contents", **dict.fromkeys(UINT, "uint_contents")}
FIELDS |= {"UINT64": "uint64_contents", "FP32": "fp32_contents", "FP64": "fp64_contents"}


def typed(datatype: str, field: str, values: Any, *shape: int, name: str = "X") -> dict[str, Any]:
    return {"name": name, "shape": shape, "datatype": datatype, "contents": {field: values}}


def text_of(asked: Any) -> str:
    with pytest.raises(InvalidInput) as error:
        infer(asked)
    return status(error.value)[1]


@pytest.mark.parametrize(("datatype", "field"), FIELDS.items())
def test_elements_in_the_field_of_their_datatype_are_answered_in_a_field(datatype: str, field: str) -> None:
    values = FLAT if field.startswith("fp") else list(map(int, FLAT))
    answer = infer(request(typed(datatype, field, values, 3, 2), id="7"))
    assert (answer.model_name, answer.model_version, answer.id) == ("two", TWO.version, "7")
    (output,) = answer.outputs
    assert (output.name, output.datatype, list(output.shape)) == ("predict", "FP64", [3])
    assert list(output.contents.fp64_contents) == EXPECTED
    assert not answer.raw_output_contents


@pytest.mark.parametrize("datatype", [*FIELDS, "FP16"])
def test_raw_elements_are_answered_raw(datatype: str) -> None:
    values = FLAT if datatype.startswith("FP") else list(map(int, FLAT))
    tensor, data = raw(values, 3, 2, datatype=datatype)
    answer = infer(request(tensor, raw_input_contents=[data]))
    (packed,) = answer.raw_output_contents
    assert list(unpack("<3d", packed)) == EXPECTED
    assert not answer.outputs[0].HasField("contents")


def test_truth_values_are_numbers() -> None:
    by_field = infer(request(typed("BOOL", "bool_contents", [True, False], 1, 2)))
    assert list(by_field.outputs[0].contents.fp64_contents) == TWO.to_model().predict([(1.0, 0.0)])


def test_large_raw_tensors_are_predicted_to_the_same_bits() -> None:
    rows = [(i / 7, -i / 3) for i in range(5000)]
    tensor, data = raw([value for row in rows for value in row], 5000, 2)
    (packed,) = infer(request(tensor, raw_input_contents=[data])).raw_output_contents
    assert list(unpack("<5000d", packed)) == TWO.to_model().predict(rows)


def test_a_tensor_a_feature_may_stand_in_any_order() -> None:
    (b, data_b), (a, data_a) = raw([2.0, 4.0, 1.0], 3, name="b"), raw([1, 3, 0], 3, 1, name="a", datatype="INT64")
    (packed,) = infer(request(b, a, raw_input_contents=[data_b, data_a])).raw_output_contents
    assert list(unpack("<3d", packed)) == EXPECTED
    columns = [typed("FP64", "fp64_contents", [row[i] for row in ROWS], 3, name=name) for i, name in enumerate("ab")]
    assert list(infer(request(*reversed(columns))).outputs[0].contents.fp64_contents) == EXPECTED


def test_no_rows_are_answered_by_no_rows() -> None:
    tensor, data = raw([], 0, 2)
    assert list(infer(request(tensor, raw_input_contents=[data])).raw_output_contents) == [b""]
    assert list(infer(request(tensor)).outputs[0].shape) == [0]


MATRIX, BYTES = raw(FLAT, 3, 2)
WRONG = {
    "a field of another datatype": (
        request(typed("FP32", "fp64_contents", FLAT, 3, 2)),
        "/inputs/0/contents: expected the elements in fp32_contents, for the datatype is FP32, found fp64_contents",
    ),
    "too few elements": (
        request(typed("FP64", "fp64_contents", [1.0], 3, 2)),
        "/inputs/0/contents: expected 6 values, for the shape is [3, 2], found 1",
    ),
    "no number": (
        request(typed("FP64", "fp64_contents", [1.0, float("nan")], 1, 2)),
        "/inputs/0/contents/1: expected a number that a double can hold",
    ),
    "an integer out of range": (
        request(typed("INT8", "int_contents", [1, 128], 1, 2)),
        "/inputs/0/contents/1: expected an integer from -128 to 127, as INT8 has them, found 128",
    ),
    "FP16 has no field": (
        request({"name": "X", "shape": [1, 2], "datatype": "FP16"}),
        "/inputs/0/datatype: expected binary data, for FP16 has no other form",
    ),
    "a category": (
        request(typed("BYTES", "bytes_contents", [b"x", b"y"], 1, 2)),
        "/inputs/0/datatype: expected a datatype of numbers, found BYTES, which is for categories: this model has none",
    ),
    "too few bytes": (
        request(MATRIX, raw_input_contents=[BYTES[1:]]),
        "/raw_input_contents/0: expected 48 bytes, for the shape is [3, 2] and the datatype FP64, found 47",
    ),
    "raw and not": (
        request(typed("FP64", "fp64_contents", FLAT, 3, 2), raw_input_contents=[BYTES]),
        "/inputs/0/contents: expected none beside raw_input_contents, found some",
    ),
    "more raw than inputs": (
        request(MATRIX, raw_input_contents=[BYTES, b""]),
        "/raw_input_contents: expected one for each of 1 inputs, found 2",
    ),
    "another output, and a wrong shape": (
        request(raw([1.0], 1, 1)[0], raw_input_contents=[bytes(8)], outputs=[{"name": "lower"}]),
        (
            '/inputs/0/shape: expected one tensor of the shape [n, 2], or one for each of ["a", "b"]; found "X" of the '
            'shape [1, 1]; /outputs/0/name: expected the output "predict", found "lower": this model has no intervals'
        ),
    ),
    "a prediction that is too large": (
        request(typed("FP64", "fp64_contents", [1, 1.7e308], 2, 1), model_name="one"),
        "the prediction of row 1 is too large for a double",
    ),
}


@pytest.mark.parametrize(("asked", "expected"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_one_sentence_of_all_faults_with_their_places(asked: Any, expected: str) -> None:
    assert text_of(asked) == expected


def test_of_very_many_faults_a_status_shows_some_and_their_number() -> None:
    text = text_of(request(typed("FP64", "fp64_contents", [float("inf")] * 20_000, 10_000, 2)))
    assert text.startswith("/inputs/0/contents/0: expected a number")
    assert text.endswith(" ... (20000 faults)")
    assert len(text) < 8192  # bytes of a header that any peer takes


def test_bytes_that_are_no_message_are_malformed() -> None:
    for method in ("ModelInfer", "ModelMetadata", "ModelReady"):
        with pytest.raises(MalformedRequest, match=r"expected a inference\.Model\w+Request"):
            METHODS[method](b"\xff\xff", find)
