"""What an operation leaves behind, without what may differ from one run to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lr_core.repository.keys import LATEST, data_prefix, version_prefix
from tests.faults.invariants import tombstone

if TYPE_CHECKING:
    from tests.faults.state import State

Outcome = dict[str, Any]
OF_ONE_RUN = ("generation", "at", "cause")
NOW = "that of the tables as they are"


def outcome(state: State) -> Outcome:
    """Return the aliases, the versions, the tables and the marks of a state, comparable between runs and stores."""
    return {
        **{f"alias {name}": alias_outcome(state, name) for name in state.aliases},
        **{f"version {key}": without_run(data) for key, data in state.under(version_prefix(state.model)).items()},
        **{f"table {key}": data for key, data in state.under(data_prefix(state.model)).items()},
        **{f"mark {key}": {**mark, "at": None, "cause": None} for key, mark in state.marks.items()},
    }


def alias_outcome(state: State, name: str) -> dict[str, Any]:
    """Return what an alias says, to the byte; a listing hashes ETags, which two stores give differently."""
    alias = state.aliases[name]
    said = {field: getattr(alias, field) for field in alias.__struct_fields__ if field not in OF_ONE_RUN}
    said["document"] = bytes(alias.document)
    if name == LATEST and alias.listing == state.listing(alias.recipe):
        said["listing"] = NOW
    return said


def without_run(data: bytes) -> bytes:
    """Return an object of a version; what stands for a forgotten one names just the table."""
    forgotten = tombstone(data)
    return data if forgotten is None else msgspec.json.encode(forgotten["key"])


def differences(found: Outcome, expected: Outcome) -> list[str]:
    """Name what differs between two outcomes."""
    keys = dict.fromkeys([*found, *expected])
    return [
        f"{key} is {found.get(key)!r:.300}, not {expected.get(key)!r:.300}"
        for key in keys
        if differs(key, found, expected)
    ]


def differs(key: str, found: Outcome, expected: Outcome) -> bool:
    """Tell whether a part of two outcomes differs."""
    return key not in found or key not in expected or found[key] != expected[key]
