"""What is there before an operation, once made and then given anew to each case, the ETags of the tables included."""

from __future__ import annotations

import os
import shutil
from itertools import count
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from lr_core.store import open_store
from tests.faults.operations import MODEL
from tests.faults.state import read_state

if TYPE_CHECKING:
    from pathlib import Path

    from lr_core.settings import S3Settings
    from lr_core.store import Store, Stored
    from tests.faults.operations import Operation
    from tests.faults.state import State

PATIENCE_S = 30


class Ground(Protocol):
    """A store with what an operation finds there, as often as it is wanted."""

    kind: str

    def fresh(self) -> Store:
        """Return a store that holds the ground and nothing else."""
        ...

    def state(self, store: Store) -> State:
        """Read what such a store holds."""
        ...


def contents(store: Store) -> dict[str, Stored]:
    """Read all objects of a store."""
    return {item.key: store.get(item.key) for item in store.list_objects("")}


class MemoryGround:
    """In memory an ETag is the number of a put, so the puts are made again in their order."""

    kind = "memory"

    def __init__(self, operation: Operation) -> None:
        store = open_store("memory://")
        operation.ground(store)
        self._puts = {int(stored.etag): (key, stored.data) for key, stored in contents(store).items()}

    def fresh(self) -> Store:
        store = open_store("memory://")
        for number in range(max(self._puts) + 1):
            key, data = self._puts.get(number, ("superseded", b""))
            assert store.create(key, data) == str(number)
            store.delete("superseded")
        return store

    def state(self, store: Store) -> State:
        return read_state(store, MODEL)


class FolderGround:
    """In a folder an ETag is made of the file's number and time, so the files are linked; a put replaces the link."""

    kind = "file"

    def __init__(self, operation: Operation, folder: Path) -> None:
        self._folder, self._numbers = folder, count()
        operation.ground(open_store((folder / "ground").as_uri()))

    def fresh(self) -> Store:
        target = self._folder / str(next(self._numbers))
        shutil.copytree(self._folder / "ground", target, copy_function=os.link)
        return open_store(target.as_uri())

    def state(self, store: Store) -> State:
        return read_state(store, MODEL)


class BucketGround:
    """In a bucket an ETag is a hash of the content; what a case changed is put back."""

    kind = "s3"

    def __init__(self, operation: Operation, server: S3Settings) -> None:
        self.url = f"s3://tests/{uuid4()}"
        self._store = open_store(self.url, server, PATIENCE_S)
        operation.ground(self._store)
        self._contents = contents(self._store)
        self._known = {stored.etag: stored for stored in self._contents.values()}

    def fresh(self) -> Store:
        there = {item.key: item.etag for item in self._store.list_objects("")}
        for key, etag in list(there.items()):
            if key not in self._contents or self._contents[key].etag != etag:
                self._store.delete(key)
                del there[key]
        for key in self._contents.keys() - there.keys():
            assert self._store.create(key, self._contents[key].data) == self._contents[key].etag
        return self._store

    def state(self, store: Store) -> State:
        return read_state(store, MODEL, self._known)
