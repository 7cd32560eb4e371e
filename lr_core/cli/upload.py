"""Tables on their way from a person's disk into the store."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote

from lr_core.cli.progress import progress
from lr_core.errors import Fault, InvalidInput, LrError, ObjectChanged
from lr_core.repository.keys import data_prefix, is_table
from lr_core.repository.once import create_once, holds
from lr_core.repository.tables import list_tables
from lr_core.store import find

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lr_core.store import Store

__all__ = ["LocalTable", "named_tables", "upload"]


@dataclass(frozen=True, slots=True)
class LocalTable:
    """A file, and the key it is to have; `key` is the path as it was typed, for messages."""

    key: str
    stored_key: str
    etag: str = ""

    @property
    def size(self) -> int:
        """Length of the file in bytes."""
        return Path(self.key).stat().st_size

    def open(self) -> BinaryIO:
        """Open the file."""
        return Path(self.key).open("rb")

    def digest(self) -> str:
        """Return SHA-256 of the file's bytes, as 64 hex digits."""
        with Path(self.key).open("rb") as file:
            return file_digest(file, "sha256").hexdigest()


def named_tables(store: Store, model: str, data: Sequence[str]) -> tuple[list[LocalTable], list[str]]:
    """Return the files among what was named, and the keys of what is inside the store already, by its URL.

    Raises
    ------
    InvalidInput
        A file is not there or no table, two have one name, or a URL is no table of this model.
    """
    prefix = f"{store.url.rstrip('/')}/"
    inside = [key_of(store, item.removeprefix(prefix)) for item in data if item.startswith(prefix)]
    files = [item for item in data if not item.startswith(prefix)]
    tables = [LocalTable(file, data_prefix(model) + Path(file).name) for file in files]
    faults = [*unusable(store, model, inside), *wrong_files(model, tables)]
    if faults:
        raise InvalidInput(faults)
    return tables, inside


def key_of(store: Store, path: str) -> str:
    """Return the key that the rest of a URL names; a folder's URL is percent-encoded."""
    return unquote(path) if store.url.startswith("file://") else path


def unusable(store: Store, model: str, keys: Sequence[str]) -> Iterator[Fault]:
    """Find keys that are no table of the model."""
    there = {item.key for item in list_tables(store, model)} if keys else set()
    for key in keys:
        if not (key.startswith(data_prefix(model)) and is_table(model, key)):
            yield Fault(f"{key}: expected a table under {data_prefix(model)}")
        elif key not in there:
            yield Fault(f"there is no {key} in {store.url}")


def wrong_files(model: str, tables: Sequence[LocalTable]) -> Iterator[Fault]:
    """Find files that cannot be copied, and names that stand twice."""
    seen: dict[str, str] = {}
    for table in tables:
        if table.stored_key in seen:
            yield Fault(f"{table.key}: has the same name as {seen[table.stored_key]}; names must be unique")
        seen[table.stored_key] = table.key
        if not Path(table.key).is_file():
            yield Fault(f"{table.key}: there is no such file")
        elif not is_table(model, table.stored_key):
            yield Fault(f"{table.key}: expected a name that ends in .csv and does not begin with '.' or '_'")


def upload(store: Store, tables: Sequence[LocalTable], *, replaces: bool) -> None:
    """Copy tables into the store: none, if one is there with other bytes and must not be replaced.

    Raises
    ------
    LrError
        Naming each that is there with other bytes.
    """
    present = {table.stored_key: etag_of_another(store, table) for table in tables}
    if any(present.values()) and not replaces:
        names = ", ".join(key for key, etag in present.items() if etag)
        raise LrError(f"{names} is in the store with other bytes; --replace replaces it")
    for table in tables:
        progress(f"copying {table.key}")
        put(store, table, present[table.stored_key])


def etag_of_another(store: Store, table: LocalTable) -> str | None:
    """Return the ETag of an object that has a table's key and other bytes."""
    stored = find(store, table.stored_key)
    return None if stored is None or sha256(stored.data).hexdigest() == table.digest() else stored.etag


def put(store: Store, table: LocalTable, etag: str | None) -> None:
    """Create a table, or replace the one that has this ETag."""
    with table.open() as file:
        data = file.read()
    if etag is not None:
        try:
            store.replace(table.stored_key, data, etag)
        except ObjectChanged as error:
            if holds(store, table.stored_key, data):
                return
            raise LrError(f"{table.stored_key} changed meanwhile; run the command again") from error
    elif create_once(store, table.stored_key, data) != data:
        raise LrError(f"{table.stored_key} was put there meanwhile with other bytes; --replace replaces it")
