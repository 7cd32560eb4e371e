from __future__ import annotations

import pytest

from lr_core.data import rows
from lr_core.data.columns import columns
from lr_core.errors import InvalidInput
from tests.unit.data.memory import KEY, LongTable, faults, read, table
from tests.unit.peak import MIB, at_most

OPEN = "expected cells, found a quote that does not end"
NOT_NUMBER = "expected a number, found "


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a,b,note\n1,2,x\n3,4,"open\n5,6,y\n', 3),
        ('a,b,note\n1,2,x\n3,4,"open', 3),
        ('a,b,note\r\n1,2,"p\r\nq"\r\n3,4,"open\r\n5,6,y\r\n', 4),
        ('a,note,b\n1,x,2\n3,"open,4\n5,y,6\n', 3),
        ('a,x,b,note\n1,"u\nv",2,"open\n3,z,4,\n', 3),
        ('a,x,b,note\n1,"u\n""v""\n\n",2,"op""en\n3,z,4,\n', 5),
        ('a,b\n1,2\n3,"4', 3),
        ('a,b,"note\n1,2,x\n3,4,y\n', 1),
        ('a,b,"no\nte",c,"d\n1,2,x\n', 2),
    ],
)  # fmt: skip
def test_a_quote_that_does_not_end_is_named_with_the_line_where_it_opened(text: str, line: int) -> None:
    assert faults(table(text)) == [f", line {line}: {OPEN}"]


@pytest.mark.parametrize("header", ["a,n,b", 'a,"n",b', 'a,"n, ""m""",b'])
def test_a_quote_that_ends_in_another_row_costs_no_row(header: str) -> None:
    text = f'{header}\n1,"open,2\n3,ok,4\n5,"x",6\n'
    assert faults(table(text)) == [f", line 2: {OPEN}"]


def test_quotes_of_the_header_and_of_the_rows_are_counted_together() -> None:
    assert faults(table('a,b,"note\n1,2,"x"\n')) == [f", line 1: {OPEN}"]


@pytest.mark.parametrize("text", ['a,n,b\n1,5" pipe,2\n3,ok,4\n', 'a,n",b\n1,"x, y",2\n3,6",4\n'])
def test_a_quote_inside_a_cell_without_quotes_is_text(text: str) -> None:
    assert read(table(text)) == [[1.0, 2.0], [3.0, 4.0]]


def test_a_column_that_is_known_only_at_the_end_hides_no_open_quote() -> None:
    with pytest.raises(InvalidInput, match=f"line 3: {OPEN}"):
        columns(table('a,b\n1,\n2,"'))


LINE_ENDS = ["\n", "\r\n", "\r"]


@pytest.mark.parametrize("end", LINE_ENDS, ids=repr)
@pytest.mark.parametrize("block", [40, 41, 42, 43, 44, 45, 46, 47])
def test_line_ends_in_cells_are_read_across_any_block(monkeypatch: pytest.MonkeyPatch, end: str, block: int) -> None:
    monkeypatch.setattr(rows, "BLOCK_BYTES", block)
    lines = [f'{number},"p{end}""q"",{end}",{number / 4}' for number in range(50)]
    text = end.join(["a,note,b", *lines, ""])
    assert read(table(text)) == [[number, number / 4] for number in range(50)]


@pytest.mark.parametrize("end", LINE_ENDS, ids=repr)
@pytest.mark.parametrize("times", [1, 100, pytest.param(60_000, marks=pytest.mark.heavy)])
def test_lines_inside_cells_count_for_the_faults_below(end: str, times: int) -> None:
    text = f"a,note,b{end}" + f'1,"p{end}{end}q",2{end}' * times + f"1,x,oops{end}"
    assert faults(table(text)) == [f", line {3 * times + 2}, column 'b': {NOT_NUMBER}'oops'"]


@pytest.mark.heavy
def test_an_open_quote_in_a_long_table_takes_little_memory() -> None:
    source = LongTable(b'a,b,note\n1,2,"fine\n"\n1,2,"open\n', KEY, b"3,4,x\n" * 10_000, 900)
    with at_most(96 * MIB):
        assert faults(source) == [f", line 4: {OPEN}"]


def test_a_row_without_end_in_many_cells_takes_little_memory() -> None:
    source = LongTable(b'a,b\n1,2\n3,"', KEY, b"x" * 100_000 + b'\n","', 500)
    with at_most(128 * MIB):
        assert faults(source)[-1].endswith("expected a row, found more than 16,777,216 characters")
