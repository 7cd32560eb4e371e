"""Which versions are kept: those that an alias names, or one of its last thousand records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.repository import aliases
from lr_core.repository.alias import decode
from lr_core.repository.keys import VERSION_PARTS, history_generation, history_prefix, version_key, version_prefix
from lr_core.repository.once import create_once
from lr_core.store import find

if TYPE_CHECKING:
    from datetime import datetime

    from lr_core.life.seen import Seen
    from lr_core.store import Store

__all__ = ["let_go", "unnamed"]

RECORDS = 1000


def unnamed(store: Store, model: str, before: datetime, seen: Seen) -> list[str]:
    """Name the versions that were last written before a time and that nothing names."""
    written: dict[str, datetime] = {}
    prefix = version_prefix(model)
    for item in store.list_objects(prefix):
        version = item.key.removeprefix(prefix).partition("/")[0]
        written[version] = max(item.modified, written.get(version, item.modified))
    old = {version for version, at in written.items() if at < before}
    old -= by_aliases(store, model) if old else set()
    return sorted(old - by_records(store, model, seen)) if old else []


def by_aliases(store: Store, model: str) -> set[str]:
    """Return the versions that the aliases name now."""
    found = (aliases.read(store, model, name) for name in aliases.names(store, model))
    return {alias.version for alias in found if alias and alias.version}


def by_records(store: Store, model: str, seen: Seen) -> set[str]:
    """Return the versions that the last records of the aliases name; to be read after the aliases themselves."""
    found: set[str] = set()
    for name in aliases.names(store, model):
        keys = sorted((item.key for item in store.list_objects(history_prefix(model, name))), key=history_generation)
        found |= {version for key in keys[-RECORDS:] if (version := recorded(store, key, seen))}
    return found


def recorded(store: Store, key: str, seen: Seen) -> str:
    """Return the version that a record names, or nothing; a record never changes."""
    known = seen.recorded(key)
    return seen.note_recorded(key, decode(store.get(key).data).version or "") if known is None else known


def let_go(store: Store, model: str, version: str) -> bool:
    """Delete a version, and put it back where an alias took it up meanwhile; tell whether it is gone."""
    keys = [version_key(model, version, part) for part in VERSION_PARTS]
    parts = {key: stored.data for key in keys if (stored := find(store, key))}
    store.delete(*reversed(keys))
    if version not in by_aliases(store, model):
        return True
    for key, data in parts.items():
        create_once(store, key, data)
    return False
