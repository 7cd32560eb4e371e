"""The tables of a model as states: which of them an alias was made from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import md5, sha256
from typing import TYPE_CHECKING

import msgspec

from lr_core.identity import listing_digest
from lr_core.repository.keys import VERSION_PARTS, data_prefix, is_table, version_key
from lr_core.repository.versions import Lineage
from tests.races.invariants import Fault, marks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lr_core.repository.alias import Alias
    from tests.races.invariants import Objects

__all__ = ["Tables", "fits", "learned_faults", "tables"]


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a model at one moment, and the marks.

    Attributes
    ----------
    present
        (key, ETag, SHA-256) of each table.
    forgotten
        (key, SHA-256) of what the marks name.
    """

    present: frozenset[tuple[str, str, str]]
    forgotten: frozenset[tuple[str, str]]

    @property
    def counted(self) -> list[str]:
        """Return the keys of the tables that no mark keeps out."""
        return [key for key, _, digest in self.present if (key, digest) not in self.forgotten]

    def listing(self, recipe: object) -> str:
        """Return the digest of the listing under a recipe."""
        return listing_digest(
            recipe, [(key, None if (key, digest) in self.forgotten else etag) for key, etag, digest in self.present]
        )


def tables(objects: Objects, model: str) -> Tables:
    """Return the tables and the marks of a model."""
    found = {key: data for key, data in objects.items() if key.startswith(data_prefix(model)) and is_table(model, key)}
    named = {(mark["key"], digest) for mark in marks(objects, model) for digest in mark["digests"]}
    present = {
        (key, md5(data, usedforsecurity=False).hexdigest(), sha256(data).hexdigest()) for key, data in found.items()
    }
    return Tables(frozenset(present), frozenset(named))


def fits(alias: Alias, states: Sequence[Tables]) -> list[int]:
    """Return the numbers of the states whose tables an alias's listing fits, under the marks of then or earlier."""
    return [
        number
        for number, state in enumerate(states)
        for forgotten in {each.forgotten for each in states[: number + 1]}
        if replace(state, forgotten=forgotten).listing(alias.recipe) == alias.listing
    ]


def learned_faults(objects: Objects, model: str, alias: Alias, state: Tables) -> Iterator[Fault]:
    """Check that a training learned the tables of its listing: all of them but those that it excluded."""
    if alias.version is None:
        return
    lineage = msgspec.json.decode(objects[version_key(model, alias.version, VERSION_PARTS[0])], type=Lineage)
    learned = {(table.key, table.digest) for table in lineage.tables}
    excluded = {each["key"] for each in alias.excluded}
    if learned != {(key, digest) for key, _, digest in state.present if key not in excluded}:
        yield Fault("older", f"generation {alias.generation} lists tables that its version was not learned from")
