from __future__ import annotations

import pytest

from lr_core.data import records, rows
from tests.unit.data.memory import faults, table

NUMBER = "expected a number, found "
DROP = " (--missing drop leaves such rows out)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,abc\n", [f", line 2, column 'b': {NUMBER}'abc'"]),
        ("a,b\n1,\nNA,2\n", [f", line 2, column 'b': {NUMBER}an empty cell{DROP}",
                              f", line 3, column 'a': {NUMBER}the missing value 'NA'{DROP}"]),
        ("a,b\n1,1e999\n-1e999,2\n", [", line 2, column 'b': expected a number below 1.8e308, found '1e999'",
                                      ", line 3, column 'a': expected a number below 1.8e308, found '-1e999'"]),
        ("a,b\n1,inf\n", [", line 2, column 'b': expected a finite number, found 'inf'"]),
        ('a,b\n1,"1,5"\n', [f", line 2, column 'b': {NUMBER}'1,5' (write a decimal point, not a comma)"]),
        ("a,b\n1,1_000\n", [f", line 2, column 'b': {NUMBER}'1_000'"]),
        ("a,b\n1,\u0661\n", [f", line 2, column 'b': {NUMBER}'\u0661'"]),
        ("a,b\n1,0x10\n", [f", line 2, column 'b': {NUMBER}'0x10'"]),
        ("a,b\n1, \n", [f", line 2, column 'b': {NUMBER}' '"]),
        ("a,b\n1,2\0\n", [f", line 2, column 'b': {NUMBER}'2\\x00'"]),
        ("a,b\n1\n1,2,3\n", [", line 2: expected 2 cells, found 1", ", line 3: expected 2 cells, found 3"]),
        ('a,b,c\n1,2,x\n3,"4\n5,6,"y"\n', [
            ", line 3: expected 3 cells, found 2 down to line 4 (a quote that is not closed?)"]),
        ('\n\r\na,x,b\r\n1,"p\nq\r\nr",2\r\n\r\n3,z,w\r\n', [f", line 8, column 'b': {NUMBER}'w'"]),
        ("a,b\r1,2\r3,x\r", [f", line 3, column 'b': {NUMBER}'x'"]),
        ("a,b\n1," + "x" * 200_000 + "\n", [f", line 2, column 'b': {NUMBER}'{'x' * 40}'... (200,000 characters)"]),
        ("a,b,c,\xfc\n1,2,x,y\n".encode("latin-1"), [
            ", line 1: expected UTF-8, found the byte 0xfc: save the table as CSV UTF-8"]),
        ("a,b,c\n1,2,x\n3,4,M\xfcnchen\n".encode("latin-1"), [
            ", line 3: expected UTF-8, found the byte 0xfc: save the table as CSV UTF-8"]),
        (b"a,b,c\n1,2,x\n3,4,\xc3", [", line 3: expected UTF-8, found the byte 0xc3: save the table as CSV UTF-8"]),
        ("a,b\n1,2\n".encode("utf-16"), [": expected UTF-8, found UTF-16: save the table as CSV UTF-8"]),
        ("a,b\n1,2\n".encode("utf-16-le"), [
            ", line 1: expected names of columns, found NUL bytes: save the table as CSV UTF-8"]),
        ("", [": expected a header and rows, found an empty table"]),
        ("\n\n", [": expected a header and rows, found an empty table"]),
        ("a,b,a\n1,2,3\n", [", line 1: expected unique names of columns, found 'a' 2 times"]),
        (",a,b,\n0,1,2,3\n", [
            f", line 1: expected a name for column {place}, found none (an index that pandas wrote? use index=False)"
            for place in (1, 4)]),
        ("a;b\n1;2\n", [
            ", line 1: expected names with commas between them, found 'a;b': save the table with commas"]),
        ("a,c\n1,2\n", [": expected a column 'b', found only 'a', 'c'"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(text: str | bytes, expected: list[str]) -> None:
    assert faults(table(text)) == expected


@pytest.mark.heavy
def test_a_fault_far_down_has_its_line() -> None:
    assert faults(table("a,b\n" + "1,2\n" * 300_000 + "1,x\n")) == [f", line 300002, column 'b': {NUMBER}'x'"]


def test_dropping_missing_cells_drops_no_other_fault() -> None:
    assert faults(table("a,b\n,2\n1,inf\n,x\n"), missing="drop") == [
        ", line 3, column 'b': expected a finite number, found 'inf'",
        f", line 4, column 'b': {NUMBER}'x'",
    ]


def test_a_hundred_faults_are_enough() -> None:
    found = faults(table("a,b\n" + "x,y\n" * 5_000))
    assert len(found) == 100
    assert found[-1] == f", line 51, column 'b': {NUMBER}'y'"


def test_all_absent_columns_are_named_and_few_of_those_that_are_there() -> None:
    found = faults(table(",".join(f"c{number}" for number in range(100)) + "\n"))
    assert len(found) == 2
    assert found[0].endswith("'c19' and 80 more")


def test_a_row_longer_than_a_block_has_a_clear_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BLOCK_BYTES", 64)
    (found,) = faults(table("a,b,c\n" + f"1,2,{'x' * 1000}\n" * 3))
    assert found.startswith(": cannot be read as CSV")


def test_a_line_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "LONGEST_RECORD", 1000)
    assert faults(table("x" * 5000)) == [", line 1: expected a row, found more than 1,000 characters"]


@pytest.mark.heavy
def test_a_cell_without_end_is_refused() -> None:
    text = 'a,b\n1,x\n1,"' + "2\n" * 2**23 + "\n"
    assert faults(table(text))[-1] == ", line 3: expected cells, found a quote that does not end"
