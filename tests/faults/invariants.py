"""What must hold of a model in a store at every moment, whatever went wrong before.

`check(store, model)` reads and judges; the functions below judge what was read, and say what is broken as text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from lr_core import document, identity
from lr_core.recipe import Recipe, overlay
from lr_core.repository.alias import decode, encode, record
from lr_core.repository.keys import LATEST, version_of, version_prefix
from lr_core.repository.versions import Lineage
from tests.faults.state import read_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lr_core.repository.alias import Alias
    from lr_core.store import Store
    from tests.faults.state import State

AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
MOST_EXCLUDED = 100
VERSION_PARTS = ("lineage.json", "inference.json", "model.json")
"""The objects of a version in the order of writing, said again here, so that another order is found."""


def check(store: Store, model: str, before: State | None = None, *, goes_back: bool = False) -> State:
    """Return what a store holds of a model, of which nothing is broken, neither by itself nor since `before`.

    Parameters
    ----------
    goes_back
        Whether a rollback ran since, after which `latest` may be on older tables.
    """
    state = read_state(store, model)
    found = [*broken(state), *(broken_since(before, state, goes_back=goes_back) if before else ())]
    assert not found, found
    return state


def broken(state: State) -> Iterator[str]:
    """Find what is broken in a state."""
    for version, parts in sorted(versions(state).items()):
        yield from broken_version(version, parts)
    for name, data in state.alias_bytes.items():
        try:
            alias = decode(data)
        except ValueError as error:
            yield f"alias {name} cannot be read: {error}"
            continue
        yield from (f"alias {name}: {text}" for text in broken_alias(state, alias, data))
        yield from (f"history of {name}: {text}" for text in broken_history(state, name, alias))


def versions(state: State) -> dict[str, dict[str, bytes]]:
    """Return the objects of each version by name."""
    found: dict[str, dict[str, bytes]] = {}
    for key, data in state.under(version_prefix(state.model)).items():
        version, _, part = key.partition("/")
        found.setdefault(version, {})[part] = data
    return found


def broken_version(version: str, parts: dict[str, bytes]) -> Iterator[str]:
    """Find what is broken in a version; one without its commit mark was never finished and is nobody's yet."""
    there = [part for part in VERSION_PARTS if part in parts]
    if there != list(VERSION_PARTS[: len(parts)]):
        yield f"version {version} has {there}, not in the order of writing"
    if len(parts) < len(VERSION_PARTS):
        return
    lineage = msgspec.json.decode(parts[VERSION_PARTS[0]], type=Lineage)
    digest = identity.inputs_digest(lineage.recipe, [(table.key, table.digest) for table in lineage.tables])
    if version_of(digest) != version:
        yield f"version {version} has the lineage of {version_of(digest)}"
    if forgotten := tombstone(parts[VERSION_PARTS[-1]]):
        if forgotten["key"] not in {table.key for table in lineage.tables}:
            yield f"version {version} was forgotten for {forgotten['key']}, which it was not learned from"
    elif document.decode(parts[VERSION_PARTS[-1]]).digest != digest:
        yield f"version {version} has a document of other inputs than its lineage"


def tombstone(data: bytes) -> dict[str, Any] | None:
    """Return what stands in place of a document that was forgotten, or None for a document."""
    found: dict[str, Any] | None = msgspec.json.decode(data).get("forgotten")
    return found


def broken_alias(state: State, alias: Alias, data: bytes) -> Iterator[str]:
    """Find what is broken in an alias."""
    if encode(alias) != data:
        yield "is not in the form in which it is written"
    if not AT.fullmatch(alias.at) or not {"source", "id"} <= alias.cause.keys():
        yield f"moved at {alias.at!r} by {alias.cause}"
    if alias.recipe is None and (alias.version or alias.listing):
        yield "has a version or a listing without a recipe"
    if alias.recipe is not None and overlay(Recipe(), alias.recipe).to_json() != alias.recipe:
        yield f"does not spell out its recipe: {alias.recipe}"
    if len(alias.excluded) != min(alias.excluded_count, MOST_EXCLUDED):
        yield f"names {len(alias.excluded)} of {alias.excluded_count} tables that were excluded"
    if (alias.version is None) != (alias.model_document is None):
        yield "has a version or a document, not both"
    if alias.version is not None and alias.model_document is not None:
        yield from broken_target(state, alias.version, alias.model_document)


def broken_target(state: State, version: str, held: bytes) -> Iterator[str]:
    """Find what is broken in what an alias points at."""
    parts = versions(state).get(version, {})
    if missing := [part for part in VERSION_PARTS if part not in parts]:
        yield f"version {version} lacks {missing}"
    elif document.decode(held).version != version:
        yield f"holds a document of another version than {version}"
    elif parts[VERSION_PARTS[-1]] != held and not tombstone(parts[VERSION_PARTS[-1]]):
        yield f"holds other bytes than model.json of {version}"


def broken_history(state: State, name: str, alias: Alias) -> Iterator[str]:
    """Find what is broken in the past of an alias: one record a generation, and none but those of its life."""
    history = state.history(name)
    yield from (text for generation, data in history.items() for text in broken_record(state, generation, data))
    if history.pop(alias.generation, record(alias)) != record(alias):
        yield f"the record of the present generation {alias.generation} is of another alias"
    if above := [generation for generation in history if generation > alias.generation]:
        yield f"generations {above} are above the present one, {alias.generation}"
    alive = {**history, alias.generation: record(alias)}
    for generation in sorted(alive):
        is_first = decode(alive[generation]).recipe is None
        if is_first and generation and generation - 2 not in alive:
            yield f"a life begins at {generation}, not two above what was"
        if not is_first and generation - 1 not in alive:
            yield f"generation {generation - 1} is missing"


def broken_record(state: State, generation: int, data: bytes) -> Iterator[str]:
    """Find what is broken in a record of history."""
    kept = decode(data)
    if record(kept) != data or kept.generation != generation:
        yield f"the record of {generation} is not what was written of it"
    if kept.version is not None and len(versions(state).get(kept.version, {})) < len(VERSION_PARTS):
        yield f"version {kept.version} of generation {generation} is not there"


def broken_since(before: State, after: State, *, goes_back: bool = False) -> Iterator[str]:
    """Find what went back between two moments."""
    for name, was in before.aliases.items():
        yield from (f"alias {name}: {text}" for text in gone_back(was, after, name))
        lost = [number for number, data in before.history(name).items() if after.history(name).get(number) != data]
        if lost:
            yield f"history of {name}: the records of {lost} changed or went"
    if not goes_back and before.alias_bytes.get(LATEST) != after.alias_bytes.get(LATEST):
        yield from older_tables(after)


def gone_back(was: Alias, after: State, name: str) -> Iterator[str]:
    """Find what went back in one alias."""
    now = after.aliases.get(name)
    if now is None:
        yield "went"
    elif now.generation < was.generation:
        yield f"went back from generation {was.generation} to {now.generation}"
    elif now.generation > was.generation and after.history(name).get(was.generation) != record(was):
        yield f"the record of generation {was.generation} is not what it was"
    elif now.generation == was.generation and encode(now) != encode(was):
        yield f"generation {was.generation} has other bytes than before"


def older_tables(state: State) -> Iterator[str]:
    """Find tables that `latest` was not learned from, and such as are not there; for one that moved a moment ago."""
    alias = state.aliases.get(LATEST)
    if alias is None or not alias.is_there:
        return
    if alias.listing != state.listing(alias.recipe):
        yield "latest: the listing is not that of the tables that are there"
    excluded = {table["key"] for table in alias.excluded}
    expected = {key: digest for key, digest in state.tables.items() if digest and key not in excluded}
    data = versions(state)[alias.version].get(VERSION_PARTS[0]) if alias.version in versions(state) else None
    tables = msgspec.json.decode(data, type=Lineage).tables if data else []
    learned = {table.key: table.digest for table in tables}
    if learned != expected:
        yield f"latest: learned from {sorted(learned)}, not from what is there, {sorted(expected)}"
