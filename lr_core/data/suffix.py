"""Which keys are tables, and which of those can be read."""

from __future__ import annotations

from lr_core.errors import Fault, InvalidInput

__all__ = ["TABLE_SUFFIXES", "is_table", "require_readable"]

TABLE_SUFFIXES = (
    ".csv", ".csv.gz", ".csv.zst", ".parquet", ".parquet.gz", ".parquet.zst", ".statistic.json",
)  # fmt: skip
"""In any case of letters."""


def is_table(key: str) -> bool:
    """Tell by its suffix whether a key is a table's."""
    return key.lower().endswith(TABLE_SUFFIXES)


def require_readable(key: str) -> None:
    """Refuse a table in a format that cannot be read.

    Raises
    ------
    InvalidInput
        The suffix is not `.csv`, in any case of letters.
    """
    name = key.lower()
    if name.endswith(".csv"):
        return
    suffix = next((suffix for suffix in TABLE_SUFFIXES if name.endswith(suffix)), None)
    if suffix is None:
        raise InvalidInput([Fault(f"{key}: expected a table, a name that ends in .csv, found another name")])
    raise InvalidInput([Fault(f"{key}: a table that ends in {suffix} cannot be read yet: give it as plain .csv")])
