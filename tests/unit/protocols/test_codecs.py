from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lr_core.errors import InvalidInput, LrError, MalformedRequest
from lr_core.model import LinearModel
from lr_core.protocols.codec import predict
from lr_core.protocols.records import BATCH, STREAM
from lr_core.protocols.v1 import V1

if TYPE_CHECKING:
    from lr_core.protocols.codec import Codec

ONE = LinearModel(("bmi",), (2.0,), 1.0)
TWO = LinearModel(("a", "b"), (2.0, -1.0), 0.5)


def answer(model: LinearModel, codec: Codec, body: Any) -> Any:
    return predict(model, body if isinstance(body, bytes) else json.dumps(body).encode(), codec)


def pointers(model: LinearModel, codec: Codec, body: Any) -> list[str]:
    with pytest.raises(InvalidInput) as error:
        answer(model, codec, body)
    return [fault.pointer for fault in error.value.faults]


@pytest.mark.parametrize("record", ["0.5", 0.5, ["0.5"], [0.5], " 0.5 ", "5e-1", "+.5"], ids=repr)
def test_a_record_may_be_a_number_or_text_alone_or_in_a_list(record: Any) -> None:
    assert answer(ONE, STREAM, {"record": record}) == {"prediction": "[2.00]"}


def test_original_answers_are_strings_with_two_decimals() -> None:
    assert answer(ONE, BATCH, {"records": ["0.5", 0.1, [0.333]]}) == {"predictions": "[[2.00], [1.20], [1.67]]"}
    assert answer(TWO, STREAM, {"record": ["1", 2]}) == {"prediction": "[0.50]"}
    assert answer(ONE, BATCH, {"records": []}) == {"predictions": "[]"}


def test_instances_are_lists_or_objects_by_name() -> None:
    instances = [[1, 2.5], {"b": 2.5, "a": 1, "more": "ignored"}]
    assert answer(TWO, V1, {"instances": instances}) == {"predictions": [0.0, 0.0]}
    assert answer(TWO, V1, {"instances": [], "signature_name": "ignored"}) == {"predictions": []}


@pytest.mark.parametrize(
    ("codec", "body", "expected"),
    [
        (STREAM, {}, ["/record"]),
        (STREAM, {"record": "0.5", "x/y": 1}, ["/x~1y"]),
        (STREAM, {"record": "abc"}, ["/record"]),
        (STREAM, {"record": "nan"}, ["/record"]),
        (STREAM, {"record": "1_0"}, ["/record"]),
        (STREAM, {"record": "1e999"}, ["/record"]),
        (STREAM, {"record": True}, ["/record"]),
        (STREAM, {"record": None}, ["/record"]),
        (STREAM, {"record": [1, 2]}, ["/record"]),
        (STREAM, {"record": 1e308}, ["/record"]),
        (STREAM, [1], [""]),
        (BATCH, {"records": "0.5"}, ["/records"]),
        (BATCH, {"records": ["0.5", "x", None, [], ["y"]]}, ["/records/1", "/records/2", "/records/3", "/records/4/0"]),
        (BATCH, {"records": [1, 1e308, -1e308]}, ["/records/1", "/records/2"]),
        (V1, {}, ["/instances"]),
        (V1, {"instances": [["0.5"], [True], [None], [[1]]]}, [f"/instances/{i}/0" for i in range(4)]),
        (V1, {"instances": [[], [1, 2], 3, "4"]}, [f"/instances/{i}" for i in range(4)]),
        (V1, {"instances": [{"bm": 1}, {"bmi": "1"}]}, ["/instances/0/bmi", "/instances/1/bmi"]),
        (V1, b'{"instances": [[1e999]]}', ["/instances/0/0"]),
        (V1, b'{"instances": [[' + b"9" * 400 + b"]]}", ["/instances/0/0"]),
        (V1, {"instances": [[1e308]]}, ["/instances/0"]),
    ],
)
def test_all_faults_are_named_by_their_place(codec: Codec, body: Any, expected: list[str]) -> None:
    assert pointers(ONE, codec, body) == expected


@pytest.mark.parametrize("codec", [STREAM, BATCH, V1])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"NaN",
        b'{"instances": [[NaN]], "record": NaN, "records": [NaN]}',
        b"[" * 100_000,
        b"1" * 5000,
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_not_json_is_malformed(codec: Codec, body: bytes) -> None:
    with pytest.raises(MalformedRequest):
        answer(ONE, codec, body)


finite = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e100, max_value=1e100)


@given(st.lists(st.tuples(finite, finite)))
def test_every_way_to_write_rows_gives_the_same_predictions(rows: list[tuple[float, float]]) -> None:
    typed = answer(TWO, V1, {"instances": rows})
    by_name = answer(TWO, V1, {"instances": [{"a": a, "b": b} for a, b in rows]})
    assert typed == by_name == {"predictions": TWO.predict(rows)}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["instances", "record", "records", "a", "b", "/"]), inner)
    ),
    max_leaves=20,
)


@given(st.sampled_from([STREAM, BATCH, V1]), st.binary() | json_values.map(lambda value: json.dumps(value).encode()))
def test_whatever_a_body_is_the_answer_is_json_or_an_error_of_ours(codec: Codec, body: bytes) -> None:
    try:
        json.dumps(answer(TWO, codec, body), allow_nan=False)
    except LrError as error:
        str(error).encode()
