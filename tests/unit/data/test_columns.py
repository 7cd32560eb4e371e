from __future__ import annotations

import pytest

from lr_core.data.columns import Columns, columns
from lr_core.errors import InvalidInput
from tests.unit.data.memory import table


def test_a_column_is_what_its_first_cell_that_is_not_missing_is() -> None:
    text = "a,city,b,c,d,e,f\n,Berlin,NA,,1e999,inf,1_0\n1,,2,,3,4,5\nx,3,y,NaN,,,\n"
    assert columns(table(text)) == Columns(
        header=("a", "city", "b", "c", "d", "e", "f"), numeric=("a", "b", "d", "e"), text=("city", "c", "f")
    )


def test_without_rows_all_columns_are_text() -> None:
    assert columns(table("a,b\n")) == Columns(("a", "b"), (), ("a", "b"))


def test_a_short_row_decides_what_it_holds() -> None:
    assert columns(table("a,b\n1\n2,3\n")).numeric == ("a", "b")


def test_only_the_beginning_is_read() -> None:
    assert columns(table(b"a,b\n1,2\n" + b"\xff" * 2**20)).numeric == ("a", "b")


def test_blanks_around_a_name_are_no_part_of_it() -> None:
    assert columns(table("\ufeff a, b\n1,2\n")).header == ("a", "b")


@pytest.mark.parametrize("body", [b"", b"a,a\n", b",a\n", b"a;b\n", b"a,\xfc\n", b"a,b\n\xfc,\n"])
def test_a_wrong_beginning_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"data/default/a\.csv"):
        columns(table(body))
