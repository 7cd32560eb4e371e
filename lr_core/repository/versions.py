"""Versions: what was learned, written once and never changed, but where a table of it is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lr_core.document import decode, forgotten
from lr_core.errors import LrError
from lr_core.repository.forgotten import written_anew
from lr_core.repository.keys import VERSION_PARTS, version_key, version_of, version_prefix
from lr_core.repository.once import create_once
from lr_core.store import find as find_object

if TYPE_CHECKING:
    from lr_core.store import Store

__all__ = ["Learned", "Lineage", "create", "find", "list_versions", "read_lineage"]


class Learned(msgspec.Struct, frozen=True):
    """A table of a version: its key, SHA-256 of its bytes, and its rows: learned, and dropped."""

    key: str
    digest: str
    n_samples: int
    n_dropped: int


class Lineage(msgspec.Struct, frozen=True, kw_only=True):
    """`lineage.json`: the recipe, and the tables in the order of their keys."""

    format: int = 1
    recipe: dict[str, Any]
    tables: list[Learned]


def find(store: Store, model: str, digest: str) -> bytes | None:
    """Return the model document of a version as it is stored, or None where it is not finished, or was forgotten.

    Raises
    ------
    LrError
        Other inputs have the same twelve digits.
    """
    key = version_key(model, version_of(digest), VERSION_PARTS[-1])
    stored = find_object(store, key)
    return None if stored is None or forgotten(stored.data) else checked(key, stored.data, digest)


def create(store: Store, model: str, digest: str, parts: tuple[bytes, bytes, bytes]) -> bytes:
    """Write what is missing of a version, the commit mark last, and return its model document as it is stored.

    Parameters
    ----------
    parts
        lineage, inference and model, in this order.

    Raises
    ------
    ObjectChanged
        A table of it was forgotten meanwhile.
    """
    for part, data in zip(VERSION_PARTS, parts, strict=True):
        key = version_key(model, version_of(digest), part)
        written = create_once(store, key, data)
        if forgotten(written):
            digests = {table.key: table.digest for table in LINEAGE.decode(parts[0]).tables}
            written = written_anew(store, model, key, data, digests)
    return checked(key, written, digest)


def read_lineage(store: Store, model: str, version: str) -> Lineage:
    """Return what a version was learned from."""
    return LINEAGE.decode(store.get(version_key(model, version, VERSION_PARTS[0])).data)


def list_versions(store: Store, model: str) -> list[str]:
    """Name the versions of a model, finished or not."""
    return store.list_folders(version_prefix(model))


def checked(key: str, data: bytes, digest: str) -> bytes:
    """Return a document whose full digest is the one that was looked for."""
    if decode(data).digest != digest:
        raise LrError(f"{key} was learned from other inputs with the same first digits")
    return data


LINEAGE = msgspec.json.Decoder(Lineage)
