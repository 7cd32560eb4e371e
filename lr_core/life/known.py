"""What is known of a table: where it is, which versions have learned it, and so what forgetting it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.errors import InvalidInput, ObjectChanged, ObjectNotFound, StoreUnavailable
from lr_core.repository import aliases, marks, versions
from lr_core.repository.keys import data_prefix, is_table
from lr_core.repository.marks import Mark
from lr_core.repository.tables import stored_table

if TYPE_CHECKING:
    from lr_core.repository.aliases import Cause
    from lr_core.repository.tables import StoredTable
    from lr_core.store import Store

__all__ = ["decided", "lineage_of", "present_table"]

ATTEMPTS = 100


def decided(store: Store, model: str, key: str, cause: Cause) -> Mark:
    """Return a mark for all bytes that a key ever had: those of the lineages, of the table, and of an earlier mark."""
    if not (key.startswith(data_prefix(model)) and is_table(model, key)):
        raise InvalidInput.at("", f"{key}: expected the key of a table, such as {data_prefix(model)}table.csv")
    digests = {
        table.digest
        for version in versions.list_versions(store, model)
        for table in lineage_of(store, model, version)
        if table.key == key
    }
    present = present_table(store, model, key)
    digests |= {present.digest()} if present else set()
    former = marks.read(store, model, key)
    if not digests and former is None:
        raise InvalidInput.at("", f"{key}: there is no such table, and no version has learned one")
    return Mark(key=key, digests=sorted(digests), at=aliases.now(), cause=cause)


def present_table(store: Store, model: str, key: str) -> StoredTable | None:
    """Return a table that has been read to its end, so that it knows its digest; None where there is none."""
    for _ in range(ATTEMPTS):
        table = stored_table(store, model, key)
        try:
            if table is not None:
                table.digest()
        except (ObjectChanged, ObjectNotFound):
            continue  # it changed between its listing and its reading
        return table
    raise StoreUnavailable(f"{key} changes faster than it can be read")


def lineage_of(store: Store, model: str, version: str) -> list[versions.Learned]:
    """Return the tables of a version; none where it has not even a lineage."""
    try:
        return versions.read_lineage(store, model, version).tables
    except ObjectNotFound:
        return []
