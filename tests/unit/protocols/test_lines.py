"""Rows of lines give the same predictions, and the same faults, in whichever pieces they come."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lr_core.errors import InvalidInput, LrError, MalformedRequest
from lr_core.model import LinearModel
from lr_core.protocols.lines.cut import LONGEST_RECORD
from lr_core.protocols.lines.formats import FORMATS
from lr_core.protocols.lines.reader import Reader
from tests.unit.peak import MIB, at_most

if TYPE_CHECKING:
    from collections.abc import Iterable

ONE = LinearModel(("bmi",), (2.0,), 1.0)
TWO = LinearModel(("a", "b"), (2.0, -1.0), 0.5)
CSV, JSON_LINES = "text/csv", "application/jsonlines"


def reader(model: LinearModel, kind: str) -> Reader:
    return Reader(model, FORMATS[kind].rows(model.feature_names))


def predicted(model: LinearModel, kind: str, pieces: Iterable[bytes]) -> list[float]:
    lines = reader(model, kind)
    return [value for piece in pieces for value in lines.feed(piece)] + lines.end()


def in_pieces(body: bytes, size: int) -> list[bytes]:
    return [body[start : start + size] for start in range(0, len(body), size)]


def outcome(model: LinearModel, kind: str, pieces: Iterable[bytes]) -> object:
    """Return the predictions, or the first fault."""
    try:
        return predicted(model, kind, pieces)
    except InvalidInput as error:
        return type(error), error.faults[0]
    except LrError as error:
        return type(error), str(error)


def details(model: LinearModel, kind: str, body: bytes) -> list[str]:
    with pytest.raises(InvalidInput) as error:
        predicted(model, kind, [body])
    return [fault.detail for fault in error.value.faults]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"a,b\n1,2\n3,4\n", [0.5, 2.5]),
        (b"a,b\n1,2\n3,4", [0.5, 2.5]),
        (b"\xef\xbb\xbfa,b\r\n1,2\r\n3,4\r\n", [0.5, 2.5]),
        (b"a,b\r1,2\r3,4\r", [0.5, 2.5]),
        (b"\n\n a , b \n\n1,2\n\n\n3,4\n\n", [0.5, 2.5]),
        (b"b,x,a\n2,9,1\n4,9,3\n", [0.5, 2.5]),
        (b"b,name,a\n2,x_1,1\n4,\xc3\xbc,3\n", [0.5, 2.5]),
        (b'a,note,b\n1,"one\ntwo, ""three""\n",2\n3,"",4\n', [0.5, 2.5]),
        (b'"a","b"\n"1","2"\n"3", 4 \n', [0.5, 2.5]),
        (b'"a\n",b\n1,2\n', [0.5]),
        (b'a,b,inch\n1,2,5" pipe\n3,4,6"\n', [0.5, 2.5]),
        (b"a,b\n+1,.2e1\n3.,4\n", [0.5, 2.5]),
        (b'a,b,c\n"1","2",""\n+3,4,x\n', [0.5, 2.5]),
        (b"a,b\n", []),
        (b"a,b", []),
    ],
    ids=lambda value: repr(value)[:40],
)
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_csv_is_read_by_the_names_of_its_header(body: bytes, expected: list[float], size: int) -> None:
    assert predicted(TWO, CSV, in_pieces(body, size)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"[1,2]\n[3, 4]\n", [0.5, 2.5]),
        (b'{"a":1,"b":2}\n{"b":4,"more":[{}],"a":3}', [0.5, 2.5]),
        (b'[1,2]\r\n\r\n  {"b": 4, "a": 3}  \r\n', [0.5, 2.5]),
        (b"\xef\xbb\xbf[1,2]\n", [0.5]),
        (b'{"a":1,"b":2,"\xc3\xbc":"\xc3\xbc"}\n', [0.5]),
        (b"", []),
        (b"\n \n", []),
    ],
    ids=lambda value: repr(value)[:40],
)
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_a_line_of_json_is_a_list_or_an_object(body: bytes, expected: list[float], size: int) -> None:
    assert predicted(TWO, JSON_LINES, in_pieces(body, size)) == expected


def test_a_bare_number_is_a_row_of_one_feature() -> None:
    assert predicted(ONE, JSON_LINES, [b"1\n2.5\n", b'[1]\n2.5\n{"bmi": 0}\n']) == [3.0, 6.0, 3.0, 6.0, 1.0]


def test_a_row_is_predicted_as_soon_as_its_line_has_ended() -> None:
    lines = reader(ONE, CSV)
    assert [lines.feed(piece) for piece in (b"bmi\n", b"1", b"\n2\n3", b"\n")] == [[], [], [3.0, 5.0], [7.0]]
    assert lines.end() == []


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        (CSV, b"", "expected a header with a, b, found nothing"),
        (CSV, b"\n\n", "expected a header with a, b, found nothing"),
        (CSV, b"a,x\n1,2\n", "expected a header with b, found a, x"),
        (CSV, b"a,b,a\n1,2,3\n", 'expected unique names of columns, found "a" twice'),
        (CSV, b"a,b\n1,2\n\n1,x\n", 'line 4: expected a number, found "x" in column "b"'),
        (CSV, b"a,b\n1,2\n1,\n", 'line 3: expected a number, found "" in column "b"'),
        (CSV, b"a,b\n1_0,2\n", 'line 2: expected a number, found "1_0" in column "a"'),
        (CSV, b"a,b\n\xd9\xa1,2\n", 'line 2: expected a number, found "\\u0661" in column "a"'),
        (CSV, b"a,b\nnan,2\n", 'line 2: expected a number, found "nan" in column "a"'),
        (CSV, b"a,b\n1e999,2\n", 'line 2: expected a number that a double can hold in column "a"'),
        (CSV, b"a,b\n1,2\n1],[2\n", 'line 3: expected a number, found "1]" in column "a"'),
        (CSV, b"a,b\n1\n", "line 2: expected 2 cells, found 1"),
        (CSV, b'a,b\n1\r"', "line 2: expected 2 cells, found 1"),
        (CSV, b"a,b,x\n1,2\n", "line 2: expected 3 cells, found 2"),
        (CSV, b"a,b\n1e308,-1e308\n", "line 2: the prediction is too large for a double"),
        (CSV, b'a,b\n"1,2",3\n', 'line 2: expected a number, found "1,2" in column "a"'),
        (CSV, b'a,b\n1,"2"x\n', "line 2: expected CSV: ',' expected after '\"'"),
        (CSV, b'a,b\n1,2\n1,"2\n3,4\n', "line 3: expected cells, found a quote that does not end"),
        (CSV, b'a,b\n"1\n",2\nx,2\n', 'line 4: expected a number, found "x" in column "a"'),
        (JSON_LINES, b"[1,2]\n[1]\n", 'line 2: expected 2 numbers (["a", "b"]), found 1'),
        (JSON_LINES, b"[1,2]\n3\n", 'line 2: expected 2 numbers (["a", "b"]), found 1'),
        (JSON_LINES, b'{"a":1}\n', 'line 1: expected the feature "b", found none'),
        (JSON_LINES, b'{"a":1,"b":"2"}\n', 'line 1: expected a number, found "2" in column "b"'),
        (JSON_LINES, b"[1,true]\n", 'line 1: expected a number, found true in column "b"'),
        (JSON_LINES, b"[1e999,1]\n", 'line 1: expected a number that a double can hold in column "a"'),
        (JSON_LINES, b"[1,2] [3,4]\n", "line 1: expected JSON: Extra data: line 1 column 7 (char 6)"),
        (JSON_LINES, b"[1,\n2] [3,4]\n", "line 1: expected JSON: Expecting value: line 1 column 4 (char 3)"),
        (JSON_LINES, b"[1,NaN]\n", "line 1: expected JSON: NaN is not a number"),
        (JSON_LINES, b"[1e308,-1e308]\n", "line 1: the prediction is too large for a double"),
    ],
    ids=lambda value: repr(value)[:40],
)
@pytest.mark.parametrize("size", [1, 5, 1000])
def test_a_fault_is_named_by_its_line_and_column(kind: str, body: bytes, expected: str, size: int) -> None:
    found = outcome(TWO, kind, in_pieces(body, size))
    assert isinstance(found, tuple)
    assert found[1].detail == expected


def test_all_faults_of_what_is_read_at_once_are_named_up_to_a_hundred() -> None:
    assert details(TWO, CSV, b"a,b\nx,y\n1,2\n1\n") == [
        'line 2: expected a number, found "x" in column "a"',
        'line 2: expected a number, found "y" in column "b"',
        "line 4: expected 2 cells, found 1",
    ]
    assert len(details(TWO, CSV, b"a,b\n" + b"x,y\n" * 1000)) == 100
    assert len(details(TWO, JSON_LINES, b"{}\n" * 1000)) == 100


@pytest.mark.parametrize(
    ("kind", "body"), [(CSV, b"a,b\n1,2\n1,\xff\n"), (JSON_LINES, b'[1,2]\n\n{"a":1,"b":2,"x":"\xff"}\n')]
)
def test_what_is_not_utf_8_is_malformed(kind: str, body: bytes) -> None:
    with pytest.raises(MalformedRequest, match="line 3: expected UTF-8, found the byte 0xff"):
        predicted(TWO, kind, [body])


@pytest.mark.parametrize(
    ("kind", "begin", "more"),
    [(CSV, b"a,b\n1,", b"2"), (CSV, b'a,b\n1,"', b'2\n""'), (JSON_LINES, b"[1,", b" "), (CSV, b"", b"a,")],
)
def test_a_row_that_does_not_end_is_a_fault_before_it_fills_the_memory(kind: str, begin: bytes, more: bytes) -> None:
    lines = reader(TWO, kind)
    lines.feed(begin)
    piece = more * (2**16 // len(more))
    with at_most(8 * MIB), pytest.raises(InvalidInput, match=f"found more than {LONGEST_RECORD:,} bytes"):
        [lines.feed(piece) for _ in range(100)]


def test_memory_does_not_grow_with_the_rows() -> None:
    piece = b"".join(b"%d.5,%d,text\n" % (i, i) for i in range(2000))
    lines = reader(TWO, CSV)
    lines.feed(b"a,b,c\n")
    with at_most(2 * MIB):
        assert sum(len(lines.feed(piece)) for _ in range(20)) == 40_000


def test_a_name_that_no_type_can_have_is_a_feature_like_any_other() -> None:
    odd = LinearModel(('"q"\\', "\n"), (1.0, 1.0), 0.0)
    body = json.dumps({'"q"\\': 1, "\n": 2}).encode()
    assert predicted(odd, JSON_LINES, [body]) == [3.0]
    assert predicted(odd, JSON_LINES, [b"[1,2]"]) == [3.0]


def test_predictions_are_written_a_line_each_so_that_they_read_back_bit_for_bit() -> None:
    values = [1.5, 1e22, -0.0, 5e-324, 1 / 3]
    assert FORMATS[CSV].encode(values[:1]) == b"1.5\n"
    assert FORMATS[JSON_LINES].encode(values[:1]) == b'{"prediction": 1.5}\n'
    assert [float(line) for line in FORMATS[CSV].encode(values).split()] == values
    assert [json.loads(line)["prediction"] for line in FORMATS[JSON_LINES].encode(values).splitlines()] == values
    assert FORMATS[CSV].encode([]) == b""


finite = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e100, max_value=1e100)
sizes = st.integers(1, 40)
quotings = st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])


@given(st.lists(st.tuples(finite, finite, st.text(alphabet='x",\n\r ü_[]')), max_size=8), sizes, quotings)
def test_every_way_to_write_rows_gives_the_same_bits(rows: list[Any], size: int, quoting: Any) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=quoting)
    writer.writerows([("b", "c", "a"), *((b, c, a) for a, b, c in rows)])
    expected = TWO.predict((a, b) for a, b, _ in rows)
    assert predicted(TWO, CSV, in_pieces(text.getvalue().encode(), size)) == expected
    lists = "".join(f"[{a!r}, {b!r}]\n" for a, b, _ in rows).encode()
    assert predicted(TWO, JSON_LINES, in_pieces(lists, size)) == expected
    objects = "".join(json.dumps({"a": a, "c": c, "b": b}) + "\n" for a, b, c in rows).encode()
    assert predicted(TWO, JSON_LINES, in_pieces(objects, size)) == expected


@given(st.sampled_from(sorted(FORMATS)), st.text(alphabet='ab1,."\n\r[]{}: -_e', max_size=40), sizes)
@example(CSV, "a,b\n1,2\n3],[4,5\n", 100)
@example(JSON_LINES, "[1\n2],[3,4]\n", 100)
@example(JSON_LINES, '{"a":1,"b":1,"z":\n{}} {"a":1,"b":1}', 100)
@example(JSON_LINES, "[1,\r2]\n", 100)
def test_what_comes_of_lines_does_not_depend_on_their_pieces(kind: str, text: str, size: int) -> None:
    body = ("a,b\n" * (kind == CSV) + text).encode()
    assert outcome(TWO, kind, in_pieces(body, size)) == outcome(TWO, kind, [body])
