"""Large bodies are answered as small ones are: with the same bits, or with the same faults."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lr_core.errors import LrError
from lr_core.model import LinearModel
from lr_core.protocols import codec, many
from lr_core.protocols.v1 import V1
from lr_core.protocols.v2 import arrays
from tests.tensors import in_json, tensor
from tests.unit.protocols.inference import ONE, TWO, asked

if TYPE_CHECKING:
    from collections.abc import Callable

assert arrays  # loaded before Hypothesis looks at the clock

NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**70), 2**70)
V1_ONE, V1_TWO = LinearModel(("a",), (2.0,), 1.0), LinearModel(("a", "b"), (0.1, -0.3), 0.7)
Outcome = tuple[str, Any]


def outcome(answer: Callable[[], bytes]) -> Outcome:
    """Return the bits of the predictions that an answer has, or its kind of fault and all that it says."""
    try:
        said = json.loads(answer())
    except LrError as error:
        return type(error).__name__, str(error)
    predictions = said["predictions"] if "predictions" in said else said["outputs"][0]["data"]
    return "answered", [float(value).hex() for value in predictions]


def both(answer: Callable[[], bytes]) -> tuple[Outcome, Outcome]:
    """Return the outcome as for a small body, and as for a large one."""
    small = outcome(answer)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codec, "MANY_BYTES", -1)
        return small, outcome(answer)


def v1(body: bytes, model: LinearModel = V1_ONE) -> tuple[Outcome, Outcome]:
    return both(lambda: msgspec.json.encode(codec.predict(model, body, V1)))


def v2(body: bytes, model: Any = ONE) -> tuple[Outcome, Outcome]:
    return both(lambda: asked(body, None, model).body)


@given(
    st.lists(st.tuples(NUMBERS, NUMBERS), max_size=6), st.sampled_from([None, 1]), st.sampled_from([", ", ",", " ,\n"])
)
def test_lists_of_numbers_give_the_same_bits(rows: list[tuple[float, float]], indent: int | None, comma: str) -> None:
    body = json.dumps({"instances": rows}, indent=indent, separators=(comma, ":")).encode()
    small, large = v1(body, V1_TWO)
    assert small == large
    flat = [number for row in rows for number in row]
    small, large = v2(json.dumps({"inputs": [tensor(flat, len(rows), 2)]}, indent=indent).encode(), TWO)
    assert small == large


@given(
    place=st.integers(0, 80),
    byte=st.sampled_from(list(b'[]{},:"0159.eE+- \ttn\x00\xef')),
    inserted=st.booleans(),
)
def test_a_changed_byte_is_judged_the_same(place: int, byte: int, *, inserted: bool) -> None:
    for body, ask in (
        (b'{"instances": [[1.5], [-2], [30e2], [0.25]]}', v1),
        (b'{"inputs":[{"name":"x","shape":[2,1],"datatype":"FP64","data":[1.5,-2]}]}', v2),
    ):
        at = place % len(body)
        small, large = ask(body[:at] + bytes([byte]) + body[at if inserted else at + 1 :])
        assert small == large


@pytest.mark.parametrize(
    "instances",
    [
        *("[]", "[[]]", "[[],[]]", "[[1],[]]", "[[1],2[]]", "[1[2],[3]]", "[[1,2],[]]", "[[1 2],[]]", "[[1]2,[3]]"),
        *("[[1],[2,3]]", "[1,2]", "[[[1]]]", '[["1"]]', "[[true]]", "[[null]]", "[[NaN]]", "[[1e999]]", "[[01]]"),
        *("[[1],]", "[[1]],[[2]]", '[{"a":1}]', "[[-0]]", "[[1e-400]]", "[[1e308]]", "[[18446744073709551616]]"),
    ],
)
@pytest.mark.parametrize("model", [V1_ONE, V1_TWO])
def test_what_looks_like_rows_is_judged_the_same(instances: str, model: LinearModel) -> None:
    for head, tail in (("", ""), ("\ufeff", ""), ("", "x"), ("", ',"parameters":{}')):
        body = f'{head}{{"instances":{instances}{tail}}}'.encode()
        small, large = v1(body, model)
        assert small == large


@pytest.mark.parametrize(
    "member",
    [
        *(
            '"data":[1,2]',
            '"data":[[1],[2]]',
            '"data":[1,true]',
            '"data":[1]',
            '"data":[1,2],"data":[3,4]',
            '"data":[]',
        ),
        *('"data":[1,2],"data":"s"', '"more":{"data":[1,2]}', '"more":{"data":[1,2]},"data":[3,4]', '"data":[1,NaN]'),
        *(
            '"more":"\\"data\\":[1,2]","data":[3,4]',
            '"data":[1,2',
            '"data":[1e308,2]',
            '"data":["1",2]',
            '"data":[1,2]]',
        ),
        *('"data":[1,2],"parameters":{"binary_data_size":16}', '"data":[1 2]', '"data":[1,2],', '"data":null'),
    ],
)
@pytest.mark.parametrize("datatype", ["FP64", "FP32", "INT64", "BOOL", "FP16"])
def test_what_looks_like_data_is_judged_the_same(member: str, datatype: str) -> None:
    small, large = v2(f'{{"inputs":[{{"name":"x","shape":[2,1],"datatype":"{datatype}",{member}}}]}}'.encode())
    assert small == large


def test_the_plain_form_is_read_at_once() -> None:
    rows = many.matrix(b' {"instances": [ [1, 2.5],\n [-3e2,4] ] }', 2)
    assert rows is not None
    assert rows.tolist() == [1.0, 2.5, -300.0, 4.0]
    found = many.column(in_json(tensor([1.0, 2], 2, 1)))
    assert found is not None
    assert found[1].tolist() == [1.0, 2.0]
    assert many.STAND_IN.encode() in found[0]


def test_predictions_are_written_in_the_fewest_digits_that_read_back() -> None:
    values = [0.1, -0.0, 1e16, 5e-324, 1.7976931348623157e308, 123456789.123]
    text = msgspec.json.encode(arrays.listed(np.array(values)))
    assert [value.hex() for value in json.loads(text)] == [value.hex() for value in values]
    assert len(text) <= len(json.dumps(values))
