"""What must hold of the objects of a store, whatever ran on it; each function yields the faults that it finds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from lr_core.document import decode as decode_document
from lr_core.identity import inputs_digest
from lr_core.repository.alias import decode, record
from lr_core.repository.keys import (
    VERSION_PARTS,
    history_generation,
    history_key,
    history_prefix,
    version_key,
    version_of,
    version_prefix,
)
from lr_core.repository.versions import Lineage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lr_core.repository.alias import Alias

__all__ = [
    "Fault",
    "Objects",
    "alias_faults",
    "aliases",
    "claim_faults",
    "forgotten_faults",
    "is_forgotten",
    "marks",
    "past_faults",
    "settled_faults",
    "step_faults",
]

Objects = Mapping[str, bytes]
ALIAS = re.compile(r"models/([^/]+)/aliases/([^/]+)\.json")
RECORD = re.compile(r"models/([^/]+)/history/([^/]+)/[0-9]+\.json")


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that is broken, by name, and how."""

    rule: str
    text: str


Faults = Iterator[Fault]


def aliases(objects: Objects) -> dict[tuple[str, str], bytes]:
    """Return the bytes of all aliases by model and alias."""
    found = ((ALIAS.fullmatch(key), data) for key, data in objects.items())
    return {(match[1], match[2]): data for match, data in found if match}


def is_forgotten(data: bytes) -> bool:
    """Tell whether an object of a version says that the version was forgotten."""
    return "forgotten" in json.loads(data)


def alias_faults(objects: Objects, model: str, data: bytes) -> Faults:
    """Check an alias: it decodes, and its version is there, whole, and the one that its name says."""
    try:
        alias = decode(data)
    except ValueError as error:
        yield Fault("decodes", f"{error}: {data[:200]!r}")
        return
    if (alias.version is None) != (alias.model_document is None):
        yield Fault("document", f"generation {alias.generation} has a version or a document, not both")
    elif alias.version is not None:
        yield from version_faults(objects, model, alias)


def settled_faults(objects: Objects) -> Faults:
    """Check, once nothing is under way, that no alias names a version that was forgotten."""
    for (model, name), data in aliases(objects).items():
        alias = decode(data)
        if alias.version and is_forgotten(objects[version_key(model, alias.version, VERSION_PARTS[-1])]):
            yield Fault("forgotten", f"{name} names {alias.version}, whose document is a forgotten one")


def version_faults(objects: Objects, model: str, alias: Alias) -> Faults:
    """Check the version that an alias names."""
    assert alias.version
    lineage, inference, document = (objects.get(version_key(model, alias.version, part)) for part in VERSION_PARTS)
    if lineage is None or inference is None or document is None:
        yield Fault("version", f"generation {alias.generation} names {alias.version}, which is not whole")
        return
    if not is_forgotten(document) and document != alias.model_document:
        yield Fault("document", f"generation {alias.generation} has another document than {alias.version}")
    held = msgspec.json.decode(lineage, type=Lineage)
    digest = inputs_digest(held.recipe, [(table.key, table.digest) for table in held.tables])
    if (version_of(digest), digest) != (alias.version, decode_document(bytes(alias.document)).digest):
        yield Fault("lineage", f"the lineage of {alias.version} gives {digest}")


def step_faults(before: Objects, after: Objects) -> Faults:
    """Check one write: an alias goes on by a generation and leaves the one before in history, which stays as it is."""
    held, present = aliases(before), aliases(after)
    for name in held.keys() | present.keys():
        if held.get(name) != present.get(name):
            yield from moved_faults(after, *name, held.get(name), present.get(name))
    for key in before.keys() | after.keys():
        match = RECORD.fullmatch(key)
        if match and before.get(key) != after.get(key):
            yield from record_faults(before, after, key, held.get((match[1], match[2])))


def moved_faults(after: Objects, model: str, alias: str, was: bytes | None, now: bytes | None) -> Faults:
    """Check one write of an alias."""
    if now is None:
        yield Fault("generation", f"the alias {alias} was deleted")
        return
    yield from alias_faults(after, model, now)
    generation = decode(now).generation
    if was is None:
        past = [history_generation(key) for key in after if key.startswith(history_prefix(model, alias))]
        if past and generation <= max(past):
            yield Fault("generation", f"{alias} was created as generation {generation} below that of an earlier life")
        return
    held = decode(was)
    if generation <= held.generation:
        yield Fault("generation", f"{alias} went from generation {held.generation} to {generation}")
    if after.get(history_key(model, alias, held.generation)) != record(held):
        yield Fault("history", f"{alias} left generation {held.generation} without a record of it")


def record_faults(before: Objects, after: Objects, key: str, present: bytes | None) -> Faults:
    """Check one write of history: nothing but the record of the present generation, once."""
    if key in before:
        yield Fault("history", f"{key} was changed or deleted")
    elif present is None or after[key] != record(decode(present)):
        yield Fault("history", f"{key} is no record of the present generation")


def past_faults(objects: Objects, model: str, alias: str, seen: Iterable[Alias]) -> Faults:
    """Check that history and alias have each generation that was seen, and no other."""
    present = decode(aliases(objects)[model, alias])
    expected = {each.generation: record(each) for each in seen}
    prefix = history_prefix(model, alias)
    kept = {history_generation(key): data for key, data in objects.items() if key.startswith(prefix)}
    if kept | {present.generation: record(present)} != expected:
        yield Fault("history", f"{alias} had {sorted(expected)}, history has {sorted(kept)}")


def claim_faults(objects: Objects, model: str, alias: str, claimed: Alias) -> Faults:
    """Check that an alias was in truth what an operation said that it is."""
    present = aliases(objects).get((model, alias))
    kept = objects.get(history_key(model, alias, claimed.generation))
    if record(claimed) not in {kept, record(decode(present)) if present else None}:
        yield Fault("claim", f"{alias} was never what was said of generation {claimed.generation}")


def forgotten_faults(objects: Objects, model: str, key: str, planted: bytes, but: tuple[str, ...] = ()) -> Faults:
    """Check that nothing but marks is left of a table that was forgotten.

    Parameters
    ----------
    planted
        What stands in the table's rows alone.
    but
        The keys that may have it all the same: of a table that was put back.
    """
    digests = {digest for mark in marks(objects, model) if mark["key"] == key for digest in mark["digests"]}
    if not digests:
        return  # it was undone
    versions = {each for each in lineages(objects, model) if holds(objects, model, each, key, digests)}
    parts = [version_key(model, version, part) for version in versions for part in VERSION_PARTS[1:]]
    for name in parts:
        if name in objects and not is_forgotten(objects[name]):
            yield Fault("forgotten", f"{name} is not a forgotten document")
    for name, data in objects.items():
        if planted in data and name not in but:
            yield Fault("planted", f"{name} holds a forgotten row")


def marks(objects: Objects, model: str) -> list[dict[str, Any]]:
    """Return the marks of the tables that were forgotten."""
    return [json.loads(data) for key, data in objects.items() if key.startswith(f"models/{model}/forgotten/")]


def lineages(objects: Objects, model: str) -> set[str]:
    """Return the versions that have a lineage."""
    return {
        key.removeprefix(version_prefix(model)).partition("/")[0]
        for key in objects
        if key.startswith(version_prefix(model)) and key.endswith(VERSION_PARTS[0])
    }


def holds(objects: Objects, model: str, version: str, key: str, digests: set[str]) -> bool:
    """Tell whether a version was learned from a table with one of these digests."""
    lineage = msgspec.json.decode(objects[version_key(model, version, VERSION_PARTS[0])], type=Lineage)
    return any(table.key == key and table.digest in digests for table in lineage.tables)
