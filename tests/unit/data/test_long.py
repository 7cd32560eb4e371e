from __future__ import annotations

import numpy as np
import pytest

from lr_core.data.columns import columns
from lr_core.data.rows import Rows
from lr_core.errors import InvalidInput
from tests.unit.data.memory import KEY, LongTable, faults, read, table
from tests.unit.peak import MIB, at_most

MILLION = 1_000_000
INTEGERS = LongTable(b"a,b\n", KEY, b"7,2\n" * 1000, 1000)


def ending(end: bytes) -> LongTable:
    return LongTable(INTEGERS.body, KEY, INTEGERS.piece, INTEGERS.times, end)


@pytest.mark.parametrize(
    ("cell", "value"), [(b"1.5", 1.5), (b"1e3", 1000.0), (b"9223372036854775808", 2.0**63), (b"-1e19", -1e19)]
)
def test_a_million_whole_numbers_may_be_followed_by_any_other(cell: bytes, value: float) -> None:
    found = Rows(ending(cell + b",2\n"), ("a", "b"), "refuse")
    with at_most(64 * MIB):
        last = next(iter([chunk[-1] for chunk in found][-1:]))
    assert (last.tolist(), found.n_samples) == ([value, 2.0], MILLION + 1)


def test_numbers_beyond_any_integer_type_are_read_like_python_does() -> None:
    cells = ["9223372036854775807", "9223372036854775808", "18446744073709551616", "1" * 300, "1e3", "-0", "0.1"]
    found = read(table("a\n" + "\n".join(cells)), ("a",))
    assert np.ravel(found).tolist() == [float(cell) for cell in cells]


@pytest.mark.heavy
def test_text_after_a_million_numbers_is_named_with_its_line() -> None:
    expected = f", line {MILLION + 2}, column 'b': expected a number, found 'text'"
    assert faults(ending(b"7,text\n")) == [expected]


@pytest.mark.heavy
def test_a_fault_at_the_end_of_a_large_table_takes_little_memory() -> None:
    source = LongTable(b"a,note,b\n", KEY, b"7," + b"x" * 8000 + b",2\n", 30_000, b"7,,text\n")
    with at_most(192 * MIB):  # of which pyarrow reads 32 blocks ahead
        assert faults(source) == [", line 30002, column 'b': expected a number, found 'text'"]


def test_many_lines_in_another_encoding_are_a_hundred_faults() -> None:
    source = LongTable(b"a,b\n", KEY, b"1,\n2,\xfc\n" * 100, 100)
    assert len(faults(source)) == 100
    with pytest.raises(InvalidInput) as caught:
        columns(LongTable(b"a,b,c\n", KEY, b"1,\xfc,\n" * 100, 100))
    assert len(caught.value.faults) == 100
