"""The operations that must survive every fault. A new one is a line in OPERATIONS."""

from __future__ import annotations

from argparse import Namespace
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from uuid import uuid4

import msgspec

from lr_core import identity
from lr_core.cache.memory import Memory
from lr_core.cli.fit import fit
from lr_core.cli.parser import parse
from lr_core.errors import DatasetNotFound, InvalidInput
from lr_core.events.event import Event
from lr_core.http.event import Events
from lr_core.life import point
from lr_core.life.forgetting import forget, undo
from lr_core.life.known import decided
from lr_core.life.sweeping import sweep
from lr_core.recipe import Recipe
from lr_core.repository import keys, marks
from lr_core.repository.keys import LATEST, alias_key
from lr_core.settings import Settings
from lr_core.training.request import TrainRequest
from lr_core.training.train import train
from lr_core.training.trial import dry_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from lr_core.repository.alias import Alias
    from lr_core.repository.aliases import Cause
    from lr_core.store import Store

MODEL = "m"
A = "data/m/a.csv", b"bmi,age,y\n1,3,2\n2,1,4\n3,2,5\n5,2,8\n"
B = "data/m/b.csv", b"bmi,age,y\n4,4,9\n2,5,3\n"
C = "data/m/c.csv", b"bmi,age,y\n7,1,1\n8,3,2\n"
BAD = "data/m/bad.csv", b"bmi,age,y\n1,2,three\n"
D = "data/m/d.csv", C[1]
OTHER_A = "data/m/a.csv", b"bmi,age,y\n4,4,1\n2,5,1\n3,3,3\n"


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a user.

    Attributes
    ----------
    ground
        Makes what is there before.
    run
        Carries it out, and returns what it answers: equal where equal things were done.
    goes_back
        Whether it may put `latest` on older tables.
    """

    name: str
    ground: Callable[[Store], object]
    run: Callable[[Store], object]
    goes_back: bool = False

    def __str__(self) -> str:
        return self.name


def cause() -> Cause:
    return {"source": "/faults", "id": str(uuid4())}


def put(store: Store, *tables: tuple[str, bytes]) -> None:
    for key, data in tables:
        store.create(key, data)


def training(**fields: Any) -> Callable[[Store], dict[str, Any]]:
    """Return a training with a request's fields."""
    return lambda store: train(store, TrainRequest(MODEL, cause(), fields)).to_json()


def emptying(store: Store) -> dict[str, Any]:
    """Train where all tables went; where that was done already, it says that there is none."""
    try:
        return training()(store)
    except DatasetNotFound as error:
        return {"fault": str(error)}


def begun(store: Store) -> None:
    """Train on one table."""
    put(store, A)
    training()(store)


def grown(store: Store) -> None:
    """Train on one table, then on two and one that cannot be learned."""
    begun(store)
    put(store, B, BAD)
    training()(store)


def grown_with(*tables: tuple[str, bytes]) -> Callable[[Store], None]:
    """Return a ground with tables that were not learned yet."""

    def ground(store: Store) -> None:
        grown(store)
        put(store, *tables)

    return ground


def grown_without(*gone: str) -> Callable[[Store], None]:
    """Return a ground of which objects went."""

    def ground(store: Store) -> None:
        grown(store)
        for key in gone:
            store.delete(key)

    return ground


def version_of(*tables: tuple[str, bytes]) -> str:
    """Return the version that is learned from tables by default."""
    recipe = Recipe(target="y", features=("bmi", "age")).to_json()
    digests = [(key, sha256(data).hexdigest()) for key, data in tables]
    return keys.version_of(identity.inputs_digest(recipe, digests))


def rolling_back(store: Store) -> dict[str, Any]:
    return told(point.rollback(store, MODEL, "1", cause()))


def promoted(store: Store) -> None:
    grown(store)
    point.promote(store, MODEL, version_of(A), "production", cause())


def promoting(*tables: tuple[str, bytes]) -> Callable[[Store], dict[str, Any]]:
    """Return a promotion of the version that was learned from tables."""
    return lambda store: told(point.promote(store, MODEL, version_of(*tables), "production", cause()))


def told(alias: Alias) -> dict[str, Any]:
    """Return what a command tells of an alias that it moved."""
    return {"generation": alias.generation, "version": alias.version, "document": bytes(alias.document)}


def fitting(*tables: tuple[str, bytes], options: tuple[str, ...] = ()) -> Callable[[Store], str]:
    """Return `lr-sgd fit` of files, in this process and on a store that is open."""
    given = vars(parse(["fit", "--model", MODEL, *options]))

    def run(store: Store) -> str:
        with TemporaryDirectory() as folder, redirect_stdout(StringIO()) as printed:
            files = [Path(folder, Path(key).name) for key, _ in tables]
            for file, (_, data) in zip(files, tables, strict=True):
                file.write_bytes(data)
            with patch("lr_core.cli.options.opened", lambda _options, _settings: store):
                fit(Namespace(**given | {"data": list(map(str, files))}), Settings())
        return printed.getvalue()

    return run


def learned(store: Store) -> None:
    """Train on two tables, and let another alias serve what both gave."""
    grown(store)
    point.promote(store, MODEL, version_of(A, B), "production", cause())


def forgetting(store: Store) -> dict[str, Any]:
    return {"digests": forget(store, MODEL, B[0], cause()).digests}


def forgotten(store: Store) -> None:
    """Forget a table, and put it back."""
    learned(store)
    forgetting(store)
    put(store, B)


def taking_back(store: Store) -> str:
    """Take a forgetting back; where that was done already, it says so."""
    with suppress(InvalidInput):
        undo(store, MODEL, B[0])
    return "taken back"


def undone(store: Store) -> None:
    """Forget a table, put it back, and take that back."""
    forgotten(store)
    taking_back(store)


def marked(store: Store) -> None:
    """Decide a forgetting, and do nothing of what follows; a ground may be copied, and its tables are younger then."""
    learned(store)
    soon = (datetime.now(UTC) + timedelta(minutes=10)).isoformat(timespec="milliseconds")
    marks.put(store, MODEL, msgspec.structs.replace(decided(store, MODEL, B[0], cause()), at=soon))


def sweeping(store: Store) -> dict[str, Any]:
    return {"forgotten": sweep(store, TrainRequest(MODEL, cause())).forgotten}


def checking(store: Store) -> dict[str, Any]:
    """Train without writing anything."""
    return dry_run(store, TrainRequest(MODEL, cause())).to_json()


def answered(event: Event) -> Callable[[Store], dict[str, str]]:
    """Answer an event, the same one each time, and say what was announced: whoever repeats it must hear that."""

    def run(store: Store) -> dict[str, str]:
        response = Events(store, Memory(), None, MODEL).answer(event)
        named = dict(response.headers)
        return {"subject": named["ce-subject"], "type": named["ce-type"]}

    return run


SOURCE = {"specversion": "1.0", "source": "/faults", "id": "the same"}
CREATED = Event({**SOURCE, "type": "com.amazonaws.s3.ObjectCreated:Put", "subject": C[0]})
PING = Event({**SOURCE, "type": "dev.knative.sources.ping"}, {"model": MODEL})

TABLES = A[0], B[0], BAD[0]
DESCENT = {"solver": "sgd", "hyperparameters": {"epochs": 1}}

OPERATIONS = (
    Operation("train", grown_with(C), training()),
    Operation("train first", lambda store: put(store, A, BAD), training()),
    Operation("train, one removed", grown_without(B[0]), training()),
    Operation("train, all removed", grown_without(*TABLES), emptying),
    Operation("train, other recipe", grown, training(**DESCENT)),
    Operation("train, second life", grown_without(alias_key(MODEL, LATEST)), training()),
    Operation("rollback", grown, rolling_back, goes_back=True),
    Operation("promote first", grown, promoting(A)),
    Operation("promote again", promoted, promoting(A, B)),
    Operation("forget", learned, forgetting),
    Operation("undo", forgotten, taking_back),
    Operation("train, undone", undone, training()),
    Operation("sweep", marked, sweeping),
    Operation("dry run", grown_with(C), checking),
    Operation("fit", begun, fitting(C, D)),
    Operation("fit --replace", begun, fitting(OTHER_A, C, options=("--replace",))),
    Operation("event", grown_with(C), answered(CREATED)),
    Operation("ping", marked, answered(PING)),
)
"""Each is proved on every store and with every kind of fault, at every call that it makes."""

BY_NAME = {operation.name: operation for operation in OPERATIONS}
