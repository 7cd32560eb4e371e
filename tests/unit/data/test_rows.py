from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lr_core.data import rows
from lr_core.data.rows import Rows
from tests.unit.data.memory import SlowTable, Table, read, table

TWO = [[1.0, 2.0], [3.0, 4.5]]
LEFT_OUT = "\0\ufeff;|\t\r\n"
"""Not in random names: refused or a mark by our rules, and line ends, which csv.writer leaves unquoted before 3.13."""


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n3,4.5\n",
        "a,b\n1,2\n3,4.5",
        "a,b\r\n1,2\r\n3,4.5\r\n",
        "a,b\r1,2\r3,4.5\r",
        "\ufeffa,b\n1,2\n3,4.5\n",
        "\n\na,b\n\n1,2\n\n\n3,4.5\n\n",
        " a , b\n 1 ,\t2\n3 , 4.5\t\n",
        '"a","b"\n"1","2"\n"3","4.5"\n',
        "b,x,a\n2,hello,1\n4.5,,3\n",
        'a,"x, y",b\n1,"p\n""q"",\r\nr",2\n3,z,4.5\n',
        '"x\ny",a,b\n0,1,2\n0,3,4.5\n',
        "a,b\n+1,2.\n03,.45e1\n",
        "a,b,x\n1,2,\0\n3,4.5,ü\n",
    ],
)
def test_ordinary_tables_are_read(text: str) -> None:
    assert read(table(text)) == TWO


def test_columns_come_in_the_order_of_the_names() -> None:
    assert read(table("a,b\n1,2\n"), ("b", "a")) == [[2.0, 1.0]]


def test_a_table_of_one_row_is_read() -> None:
    assert read(table("a,b\n1,2")) == [[1.0, 2.0]]


@pytest.mark.parametrize("text", ["a,b\n", "a,b", "a,b\n\n\n", "\ufeffa,b\r\n"])
def test_a_header_alone_gives_no_chunk(text: str) -> None:
    found = Rows(table(text), ("a", "b"), "refuse")
    assert list(found) == []
    assert (found.n_samples, found.n_dropped) == (0, 0)


@pytest.mark.parametrize("cell", ["", "NA", "NaN", "nan", "null", "NULL", "None", "N/A", "#N/A", '""', '"NA"'])
def test_rows_with_a_missing_cell_are_dropped_and_counted(cell: str) -> None:
    found = Rows(table(f"a,b,c\n1,2,\n{cell},3,\n4,{cell},\n5,6,7\n"), ("a", "b"), "drop")
    assert np.concatenate(list(found)).tolist() == [[1.0, 2.0], [5.0, 6.0]]
    assert (found.n_samples, found.n_dropped) == (2, 2)


def test_reading_again_gives_the_same_and_counts_anew() -> None:
    found = Rows(table("a,b\n1,2\n,3\n"), ("a", "b"), "drop")
    assert [chunk.tolist() for chunk in found] == [chunk.tolist() for chunk in found]
    assert (found.n_samples, found.n_dropped) == (1, 1)


def test_integers_may_turn_into_fractions_after_any_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BLOCK_BYTES", 64)
    assert read(table("a,b\n" + "1,2\n" * 100 + "1.5,2\n"))[-1] == [1.5, 2.0]


def test_a_header_may_be_longer_than_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BLOCK_BYTES", 64)
    header = ",".join(["a", "b", "x" * 500])
    assert read(table(f"{header}\n1,2,3\n3,4.5,6\n")) == TWO


def test_thousands_of_columns_are_read() -> None:
    names = [f"column {number}" for number in range(5000)]
    text = ",".join(names) + "\n" + ",".join(map(str, range(5000))) + "\n"
    assert read(table(text), names[::-1]) == [[float(number) for number in range(4999, -1, -1)]]


def test_where_chunks_end_does_not_depend_on_how_the_stream_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BLOCK_BYTES", 100)
    body = ("a,b\n" + "".join(f"{number},{number / 7!r}\n" for number in range(3000))).encode()
    whole, dribbled = (list(Rows(source, ["a"] * 1, "refuse")) for source in (Table(body), SlowTable(body)))
    assert [chunk.tobytes() for chunk in whole] == [chunk.tobytes() for chunk in dribbled]
    monkeypatch.setattr(rows, "CHUNK_CELLS", 1)
    assert [len(chunk) for chunk in Rows(Table(body), ["a"], "refuse")] == [1024, 1024, 952]


def test_an_iteration_may_be_left_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "CHUNK_CELLS", 1)
    chunks = iter(Rows(table("a,b\n" + "1,2\n" * 5000), ("a", "b"), "refuse"))
    assert len(next(chunks)) == 1024
    del chunks


class Unreachable(Table):
    def open(self) -> io.BytesIO:
        raise ConnectionError("no route")


def test_what_the_source_raises_comes_through() -> None:
    with pytest.raises(ConnectionError):
        read(Unreachable(b""))


@settings(max_examples=150)
@given(
    matrix=st.integers(1, 5).flatmap(
        lambda width: st.lists(
            st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=width, max_size=width), max_size=30
        )
    ),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    names=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters=LEFT_OUT), min_size=1).filter(str.strip),
        min_size=5,
        max_size=5,
        unique_by=str.strip,
    ),
)
def test_what_repr_writes_reads_back_bit_for_bit(
    matrix: list[list[float]], quoting: int, line_end: str, names: list[str]
) -> None:
    width = len(matrix[0]) if matrix else 1
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=quoting, lineterminator=line_end)  # type: ignore[arg-type]
    writer.writerows([names[:width], *([repr(cell) for cell in row] for row in matrix)])
    found = list(Rows(table(text.getvalue()), [name.strip() for name in names[:width]], "refuse"))
    expected = np.array(matrix, dtype=np.float64).reshape(len(matrix), width)
    assert b"".join(chunk.tobytes() for chunk in found) == expected.tobytes()
