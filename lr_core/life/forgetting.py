"""Forgetting a table: a mark, which is the decision, and then work that anyone can repeat.

The order is what makes it safe beside trainings, rollbacks and promotions in flight. Each of them reads its alias
before the marks; the mark stands before any alias moves, and every alias moves, also those that need not. So whoever
did not see the mark loses its swap, starts over and sees it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from lr_core.cache.cache import Cache
from lr_core.cache.index import find_index, needed, of_tables, tables_of
from lr_core.cache.memory import Memory
from lr_core.errors import HashKeyMissing, InvalidInput
from lr_core.life.known import decided, lineage_of, present_table
from lr_core.life.seen import Seen
from lr_core.repository import aliases, marks, versions
from lr_core.repository.alias import Alias
from lr_core.repository.forgotten import overwrite
from lr_core.repository.keys import LATEST
from lr_core.repository.tables import list_tables
from lr_core.training.asked import stored_recipe
from lr_core.training.request import TrainRequest
from lr_core.training.training import Training

if TYPE_CHECKING:
    from lr_core.repository.aliases import Cause
    from lr_core.repository.marks import Mark
    from lr_core.store import Store

__all__ = ["Forgetting", "clear_statistics", "forget", "undo"]

Successor = Callable[["Alias | None"], Alias]
NOTHING = msgspec.Raw(b"null")


def forget(store: Store, model: str, key: str, cause: Cause, hash_key: str | None = None) -> Mark:
    """Forget a table: no model, statistic or document keeps a trace of its rows.

    Each step may be repeated, so a forgetting that was cut off is ended by running it again.

    Parameters
    ----------
    key
        Of the table, which may be gone already.
    hash_key
        For the pseudonyms of hashed columns.

    Returns
    -------
    The mark, which keeps the bytes from being learned again.

    Raises
    ------
    InvalidInput
        The key is none of the model's tables, or nothing is known of it.
    HashKeyMissing
        The recipe hashes columns, and there is no key: the other tables could not be learned.
    StoreUnavailable
        The store did not answer; run it again.
    """
    request = TrainRequest(model, cause, hash_key=hash_key)
    require_hash_key(store, request)
    mark = marks.put(store, model, decided(store, model, key, cause))
    Forgetting(store, request, mark).complete()
    return mark


def require_hash_key(store: Store, request: TrainRequest) -> None:
    """Check before anything is done that the other tables can be learned, as far as the process is concerned."""
    try:
        stored_recipe(aliases.read(store, request.model, LATEST), request)
    except HashKeyMissing:
        raise
    except InvalidInput:
        return  # forgetting goes on where training cannot


def undo(store: Store, model: str, key: str) -> None:
    """Take a forgetting back: the bytes may be learned again where they are put again.

    Raises
    ------
    InvalidInput
        The table was not forgotten.
    """
    if marks.read(store, model, key) is None:
        raise InvalidInput.at("", f"{key} was not forgotten")
    marks.remove(store, model, key)


class Forgetting:
    """What follows from a mark.

    Parameters
    ----------
    request
        Which model, and how `latest` is moved to what the other tables give.
    only_old
        Whether to leave what happened after the mark: a table that was put since, an alias that has moved since.
    seen
        What the process knows of versions.
    """

    def __init__(
        self,
        store: Store,
        request: TrainRequest,
        mark: Mark,
        *,
        only_old: bool = False,
        seen: Seen | None = None,
    ) -> None:
        self._store, self._model, self._request, self._mark = store, request.model, request, mark
        self._only_old = only_old
        self._seen = seen or Seen()

    def complete(self, *, deletes_table: bool = True) -> None:
        """Do all that the mark asks for, but delete the table where one may not; all may have been done before."""
        if deletes_table:
            self.delete_table()
        self.overwrite_versions()
        self.move_aliases()
        self.overwrite_versions()
        clear_statistics(self._store, self._model)

    def delete_table(self) -> None:
        """Delete the table, if what is there now has bytes that the mark names."""
        present = present_table(self._store, self._model, self._mark.key)
        if present is None or (self._only_old and present.modified > datetime.fromisoformat(self._mark.at)):
            return
        if present.digest() in self._mark.digests:
            self._store.delete(present.key)

    def overwrite_versions(self) -> None:
        """Put the forgetting in place of the documents of every version that has learned the table."""
        for version in versions.list_versions(self._store, self._model):
            if self.names(version):
                overwrite(self._store, self._model, version, self._mark)

    def move_aliases(self) -> None:
        """Move every alias on by a generation, `latest` first."""
        found = aliases.names(self._store, self._model)
        for alias in sorted(found, key=lambda name: (name != LATEST, name)):
            successor = self._latest() if alias == LATEST else self._other
            aliases.move(self._store, self._model, alias, self._request.cause, self._unless_moved(alias, successor))

    def names(self, version: str | None) -> bool:
        """Tell whether a version has learned bytes that the mark names."""
        if version is None:
            return False
        known = self._seen.named(self._mark, version)
        if known is None:
            tables = lineage_of(self._store, self._model, version)
            if not tables:
                return False  # perhaps not yet
            known = self._seen.note_named(self._mark, version, is_named=self._mark.names(tables))
        return known

    def _unless_moved(self, alias: str, successor: Successor) -> Callable[[Alias | None], Alias | None]:
        """Return a successor that leaves an alias which has moved since the mark, where only what is old counts."""
        if not self._only_old:
            return successor

        def checked(current: Alias | None) -> Alias | None:
            held = aliases.find(self._store, self._model, alias)
            has_moved = held is not None and held.alias.at > self._mark.at
            return None if has_moved and not self.names(current.version if current else None) else successor(current)

        return checked

    def _latest(self) -> Successor:
        """Return what makes `latest` what the present tables give."""
        training = Training(self._store, self._request, Cache(self._store, self._model, Memory()))

        def successor(current: Alias | None) -> Alias:
            if current is None:
                return Alias(at="", cause=self._request.cause)
            try:
                return training.successor(current, anew=True) or current
            except HashKeyMissing:
                raise  # which says nothing of the tables: what they give is not known
            except InvalidInput:
                return self._silenced(emptied(current) if self.names(current.version) else current)

        return successor

    def _other(self, current: Alias | None) -> Alias:
        """Return what another alias is to be: what it is, or on a version that the mark names what `latest` is."""
        if current is None:
            return Alias(at="", cause={})
        if not self.names(current.version):
            return current
        latest = aliases.read(self._store, self._model, LATEST)
        if latest is None or self.names(latest.version):
            return emptied(current)
        return msgspec.structs.replace(latest, excluded=[], excluded_count=0)

    def _silenced(self, alias: Alias) -> Alias:
        """Return an alias that says nothing of the table: why it was refused quotes its cells."""
        others = [each for each in alias.excluded if each["key"] != self._mark.key]
        count = alias.excluded_count - (len(alias.excluded) - len(others))
        return msgspec.structs.replace(alias, excluded=others, excluded_count=count)


def clear_statistics(store: Store, model: str, before: datetime | None = None) -> None:
    """Delete what the present tables do not need, as far as `latest` saw them, and as far as it was written before."""
    cache = Cache(store, model, Memory())
    latest = aliases.read(store, model, LATEST)
    index = find_index(cache, latest)
    present = {(item.key, item.etag) for item in list_tables(store, model)}
    if index is None and before is not None:
        return  # what is needed is not known, and reading all tables again costs more than what lies about
    names: set[str] = set()
    if index and latest and latest.listing:
        names = needed(index, latest.listing) if tables_of(index) <= present else of_tables(index, present)
    cache.clear(names, None, before)


def emptied(alias: Alias) -> Alias:
    """Return an alias without a version, which keeps its recipe."""
    return msgspec.structs.replace(alias, version=None, listing=None, document=NOTHING)
