"""The node goes with all that it holds, and another one comes: the backup is all that is left."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.e2e.cluster import until
from tests.e2e.conftest import client_of
from tests.e2e.doors import way_in
from tests.e2e.models import answer_of, new_name
from tests.e2e.programs import Operator
from tests.e2e.tls import bucket_door
from tests.e2e_full.asking import Asking
from tests.e2e_full.bucket import open_bucket
from tests.e2e_full.subject import Subject
from tests.e2e_restart.node import restart, script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import httpx

    from lr_core.store import Store

BAD = b"x1,x2,x3,y\n1,2,3,four\n"
TO_SETTLE_S = 600.0
TO_ANSWER_S = 120.0


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a deployment has of a model: the bucket, its operator's programs, and both functions."""

    subject: Subject
    operator: Operator
    predict: Asking
    train: httpx.Client

    def objects(self) -> dict[str, bytes]:
        """Return what is to outlive the node, to the byte: the model's tables, versions, aliases and past."""
        store, name = self.subject.store, self.subject.name
        return {**read(store, f"data/{name}/"), **read(store, f"models/{name}/")}


def read(store: Store, prefix: str) -> dict[str, bytes]:
    """Return the objects under a prefix."""
    return {item.key: store.get(item.key).data for item in store.list_objects(prefix)}


@contextmanager
def deployed(name: str, folder: Path) -> Iterator[Deployed]:
    """Open ways to what is deployed now."""
    with ExitStack() as stack:
        minio = stack.enter_context(bucket_door())
        gateway = stack.enter_context(way_in())
        predict = stack.enter_context(client_of("lr-predict", gateway))
        train = stack.enter_context(client_of("lr-train", gateway))
        yield Deployed(Subject(name, open_bucket(minio)), Operator(minio, folder), Asking(predict, name), train)


def with_a_past(here: Deployed, tables: Iterator[bytes]) -> tuple[dict[str, bytes], str]:
    """Give a model two versions, an alias more and a dead letter; return its objects and what it answers."""
    subject = here.subject
    for table in ("a.csv", "b.csv"):
        subject.put(table, next(tables))
        version = subject.wait_until_settled(TO_SETTLE_S).version
    here.operator.lr_sgd("models", "promote", str(version), "--alias", "production", "--model", subject.name)
    subject.put("bad.csv", BAD)
    until(subject.letters, "the bad table has its dead letter", TO_SETTLE_S)
    subject.wait_until_settled(TO_SETTLE_S)
    until(here.predict.says, "predict knows the model", TO_ANSWER_S)
    return here.objects(), here.predict.ask().text


def test_a_node_that_is_gone_comes_back_from_the_backup(
    tmp_path: Path, small: Iterator[bytes], say: Callable[[str], None]
) -> None:
    name, backup = new_name(), tmp_path / "backup"
    with deployed(name, tmp_path) as here:
        objects, answer = with_a_past(here, small)
        letters = here.subject.letters()
        script("backup", str(backup))
    began_s = time.monotonic()
    restart()
    restarted_s = time.monotonic() - began_s
    script("restore", str(backup))
    with deployed(name, tmp_path) as here:
        assert set(letters) <= set(here.subject.letters())
        summary = answer_of(here.train.post("/train", json={"model": name}))
        assert summary["trained"] is False
        assert here.objects() == objects
        until(lambda: here.predict.says() == answer, "predict answers what it did before", TO_ANSWER_S)
        here.subject.put("c.csv", next(small))
        latest = here.subject.wait_until_settled(TO_SETTLE_S)
        here.subject.check()
        here.subject.remove()
    say(
        f"node and deployment were back after {restarted_s:.0f} s, {len(objects)} objects of the model restored, "
        f"the same answers; one more table gave generation {latest.generation}"
    )
