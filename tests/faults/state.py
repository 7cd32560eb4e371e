"""All that a store holds of one model, read at once."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

from lr_core import identity
from lr_core.errors import ObjectNotFound
from lr_core.repository.alias import decode
from lr_core.repository.keys import alias_prefix, data_prefix, history_generation, history_prefix, is_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lr_core.repository.alias import Alias
    from lr_core.store import Store, Stored


@dataclass(frozen=True, slots=True)
class State:
    """The objects under `data/<model>/` and `models/<model>/` by key."""

    model: str
    objects: Mapping[str, Stored]

    def under(self, prefix: str) -> dict[str, bytes]:
        """Return the bytes of the objects under a prefix, by the rest of their keys, in order."""
        found = sorted(key for key in self.objects if key.startswith(prefix))
        return {key.removeprefix(prefix): self.objects[key].data for key in found}

    @property
    def alias_bytes(self) -> dict[str, bytes]:
        """The alias objects by name."""
        return {key.removesuffix(".json"): data for key, data in self.under(alias_prefix(self.model)).items()}

    @property
    def aliases(self) -> dict[str, Alias]:
        """The aliases by name."""
        return {name: decode(data) for name, data in self.alias_bytes.items()}

    def history(self, alias: str) -> dict[int, bytes]:
        """Return the records of an alias by generation, in order."""
        return {history_generation(key): data for key, data in self.under(history_prefix(self.model, alias)).items()}

    @property
    def marks(self) -> dict[str, dict[str, Any]]:
        """The marks of forgotten tables, by the keys of the tables."""
        found = map(msgspec.json.decode, self.under(f"models/{self.model}/forgotten/").values())
        return {mark["key"]: mark for mark in found}

    @property
    def tables(self) -> dict[str, str | None]:
        """The digests of the tables by key; None for one that a mark keeps out."""
        found = {}
        for name, data in self.under(data_prefix(self.model)).items():
            key = data_prefix(self.model) + name
            if is_table(self.model, key):
                digest = sha256(data).hexdigest()
                found[key] = None if digest in self.marks.get(key, {}).get("digests", ()) else digest
        return found

    def listing(self, recipe: object) -> str:
        """Return the listing's digest of the tables as they are."""
        listed = [(key, self.objects[key].etag if digest else None) for key, digest in self.tables.items()]
        return identity.listing_digest(recipe, listed)


def read_state(store: Store, model: str, known: dict[str, Stored] | None = None) -> State:
    """Read all that a store holds of a model.

    Parameters
    ----------
    known
        Objects by ETag that need not be read again; only for a store whose ETags are hashes of the content.
    """
    objects: dict[str, Stored] = {}
    for prefix in (data_prefix(model), f"models/{model}/"):
        for item in store.list_objects(prefix):
            found = known.get(item.etag) if known is not None else None
            try:
                objects[item.key] = found or store.get(item.key)
            except ObjectNotFound:
                continue  # it went since it was listed
    if known is not None:
        known.update((stored.etag, stored) for stored in objects.values())
    return State(model, objects)
