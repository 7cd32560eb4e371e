"""A model of its own for a test, as its operator sees it in the bucket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lr_core import identity
from lr_core.repository import aliases, letters
from lr_core.repository.keys import LATEST, data_prefix, is_table, statistics_prefix
from lr_core.store import find
from tests.e2e.cluster import until
from tests.e2e_full.services import model_in_one_go
from tests.faults.invariants import broken, older_tables
from tests.faults.state import read_state

if TYPE_CHECKING:
    from lr_core.repository.alias import Alias
    from lr_core.store import Store

__all__ = ["Subject"]

TO_BE_GONE_S = 120.0


@dataclass(frozen=True, slots=True)
class Subject:
    """A name in the bucket, and what stands under it."""

    name: str
    store: Store

    def key(self, table: str) -> str:
        """Return the key of a table."""
        return data_prefix(self.name) + table

    def put(self, table: str, data: bytes) -> None:
        """Put a table, be it new or in place of another."""
        key = self.key(table)
        found = find(self.store, key)
        if found is None:
            self.store.create(key, data)
        else:
            self.store.replace(key, data, found.etag)

    def latest(self) -> Alias | None:
        """Return what `latest` is now."""
        return aliases.read(self.store, self.name, LATEST)

    def is_settled(self) -> bool:
        """Tell whether `latest` has seen the tables as they are."""
        listed = self.store.list_objects(data_prefix(self.name))
        tables = [(item.key, item.etag) for item in listed if is_table(self.name, item.key)]
        latest = self.latest()
        return latest is not None and latest.listing == identity.listing_digest(latest.recipe, tables)

    def wait_until_settled(self, seconds: float) -> Alias:
        """Wait until `latest` has seen the tables as they are, and return it."""
        until(self.is_settled, f"{self.name} was learned from the tables as they are", seconds)
        latest = self.latest()
        assert latest is not None
        return latest

    def check(self) -> None:
        """Check that nothing is broken, and that `latest` is what its tables give in one go, to the last bit."""
        state = read_state(self.store, self.name)
        found = [*broken(state), *older_tables(state)]
        assert not found, found
        latest = self.latest()
        assert latest is not None
        assert latest.model_document == model_in_one_go(self.name)

    def letters(self) -> list[str]:
        """Return the keys of the dead letters about its tables."""
        read = {key: letters.read(self.store, key) for key in letters.keys(self.store)}
        subjects = {key: found[0].event.get("subject", "") for key, found in read.items() if found}
        return [key for key, subject in subjects.items() if subject.startswith(data_prefix(self.name))]

    def remove(self) -> None:
        """Delete all that stands under the name, the tables first; a training in flight may write once more."""
        until(lambda: not self._remove(), f"nothing is left of {self.name}", TO_BE_GONE_S)
        self.store.delete(*self.letters())

    def _remove(self) -> list[str]:
        prefixes = (data_prefix(self.name), f"models/{self.name}/", statistics_prefix(self.name))
        found = [item.key for prefix in prefixes for item in self.store.list_objects(prefix)]
        self.store.delete(*found)
        return found
