from __future__ import annotations

import pytest

from lr_core.data.suffix import is_table, require_readable
from lr_core.errors import InvalidInput

LATER = ["a.parquet", "a.csv.gz", "a.csv.ZST", "a.parquet.gz", "a.parquet.zst", "A.Statistic.JSON"]


@pytest.mark.parametrize("key", ["a.csv", "data/default/2026/A.CSV", *LATER])
def test_tables_are_known_by_their_suffix(key: str) -> None:
    assert is_table(key)


@pytest.mark.parametrize("key", ["a.txt", "a.json", "csv", "a.csv.bak", "a.gz", "a.csv/"])
def test_other_keys_are_no_tables(key: str) -> None:
    assert not is_table(key)


def test_plain_csv_can_be_read() -> None:
    require_readable("data/default/a.CSV")


@pytest.mark.parametrize("key", LATER)
def test_other_tables_cannot_be_read_yet(key: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be read yet"):
        require_readable(key)


def test_what_is_no_table_cannot_be_read() -> None:
    with pytest.raises(InvalidInput, match=r"ends in \.csv"):
        require_readable("a.txt")
