from __future__ import annotations

import pytest

from lr_core.data.columns import columns
from lr_core.data.rows import BLOCK_BYTES
from lr_core.errors import InvalidInput
from tests.unit.data.memory import faults, read, table
from tests.unit.peak import MIB, at_most

LONG = ["x" * 2000 + str(number) for number in range(3000)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=repr)
@pytest.mark.parametrize("form", ["{}", '"{}"', '"{}, ""etc"""', '"{}\nmore"', '"{}\r\nmore"'], ids=repr)
def test_a_header_may_be_longer_than_a_block_in_any_form(form: str, end: str) -> None:
    header = ",".join(["a", *(form.format(name) for name in LONG), "b"])
    assert len(header) > BLOCK_BYTES
    text = f"{header}{end}1{',' * len(LONG)},2{end}3{',y' * len(LONG)},4{end}"
    assert read(table(text)) == [[1.0, 2.0], [3.0, 4.0]]
    assert read(table("\ufeff" + text), ("b",)) == [[2.0], [4.0]]


def test_a_fault_below_a_long_header_has_its_line() -> None:
    header = ",".join(["a", *(f'"{name}\n"' for name in LONG), "b"])
    assert faults(table(f"{header}\n1{',' * len(LONG)},z\n")) == [
        f", line {len(LONG) + 2}, column 'b': expected a number, found 'z'"
    ]


@pytest.mark.heavy
def test_two_of_a_hundred_thousand_columns_are_read_in_little_memory() -> None:
    names = [f"c{number}" for number in range(100_000)]
    source = table(",".join(names) + "\n" + (",".join(str(number % 10) for number in range(100_000)) + "\n") * 50)
    with at_most(256 * MIB):  # as reserved: pyarrow writes to little of its room for 512 rows
        assert read(source, ("c99998", "c3")) == [[8.0, 3.0]] * 50
        assert len(columns(source).numeric) == 100_000


def test_a_hundred_faults_of_a_header_are_enough() -> None:
    assert len(faults(table("," * 100_000 + "\n"))) == 100
    with pytest.raises(InvalidInput) as caught:
        columns(table(",".join(f"c{number // 2}" for number in range(2000)) + "\n"))
    assert len(caught.value.faults) == 100
