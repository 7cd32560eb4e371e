"""Identity: what names a version and a listing, as hashes of what went in."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import rfc8785

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["NUMERICS", "index_name", "inputs_digest", "listing_digest", "reading_digest", "statistic_name"]

NUMERICS = 1
"""The number of this library's reader and arithmetic; another one wherever the same bytes would give another model."""

NOT_OF_READING = frozenset({"solver", "hyperparameters", "unseen"})


def inputs_digest(recipe: object, tables: Iterable[tuple[str, str]]) -> str:
    """Return the digest of a version: SHA-256 over the canonical JSON (RFC 8785) of all that it was learned from.

    Parameters
    ----------
    recipe
        The recipe as JSON, spelled out.
    tables
        (key, SHA-256 of the bytes) of each table that was learned, in any order.
    """
    return digest({"numerics": NUMERICS, "recipe": recipe, "tables": by_key(tables)})


def listing_digest(recipe: object, tables: Iterable[tuple[str, str | None]]) -> str:
    """Return the digest of a listing: as for a version, but of (key, ETag); None for a table that is kept out."""
    return digest({"numerics": NUMERICS, "recipe": recipe, "tables": by_key(tables)})


def reading_digest(recipe: Mapping[str, object]) -> str:
    """Return the digest of how tables are read: of a recipe without what only the solve or a prediction looks at."""
    return digest({"numerics": NUMERICS, "recipe": {k: v for k, v in recipe.items() if k not in NOT_OF_READING}})


def statistic_name(reading: str, key: str, etag: str) -> str:
    """Return what names the statistic of one table, read as `reading_digest` says."""
    return digest([reading, key, etag])


def index_name(listing: str) -> str:
    """Return what names the index of the tables of a listing; see `listing_digest`."""
    return digest({"index": listing})


def by_key(tables: Iterable[tuple[str, str | None]]) -> list[list[str | None]]:
    """Return pairs in the order of the UTF-8 bytes of their keys."""
    return [[key, value] for key, value in sorted(tables, key=lambda table: table[0].encode())]


def digest(value: object) -> str:
    """Return SHA-256 over the RFC 8785 form of a JSON value, as 64 hex digits."""
    return sha256(rfc8785.dumps(value)).hexdigest()  # type: ignore[arg-type]
