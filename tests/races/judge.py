"""The invariants of a model, as rules of a search: after each write, and at the end of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from lr_core.repository.alias import decode
from lr_core.repository.keys import LATEST, alias_key
from lr_core.training.request import TrainResult
from tests.races import invariants
from tests.races.buckets import Buckets
from tests.races.calls import PRIVATE
from tests.races.clean import clean, statistics
from tests.races.invariants import Fault
from tests.races.machine import Machine
from tests.races.operations import MODEL, ROLLBACK
from tests.races.rules import Violation
from tests.races.tables import fits, learned_faults, tables

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from lr_core.repository.alias import Alias
    from tests.races.buckets import Bucket
    from tests.races.execution import Operation, Outcome
    from tests.races.tables import Tables

__all__ = ["Judge"]

WATCHED = ("data/", f"models/{MODEL}/forgotten/")


@dataclass(frozen=True, slots=True)
class Memory:
    """What of the past decides what may come.

    Attributes
    ----------
    states
        What the tables have been, one by one.
    bound
        The number of the oldest state that the next move of `latest` may be made from.
    """

    states: tuple[Tables, ...]
    bound: int = 0


class Judge:
    """The invariants of one scenario.

    Parameters
    ----------
    quiet
        What runs alone at the end, before the last look: a sweep where there is one, and a training.
    planted, but
        What stands in the rows of the tables that are forgotten alone, and the tables that may hold it all the same.
    only
        The rules that count; all where it is empty.
    """

    def __init__(
        self,
        quiet: Sequence[Operation],
        planted: bytes = b"",
        but: tuple[str, ...] = (),
        only: Iterable[str] = (),
    ) -> None:
        self._quiet = [Machine(operation) for operation in quiet]
        self._planted, self._but = planted, but
        self._only = frozenset(only)
        self._ended: dict[Bucket, Bucket] = {}
        self._buckets = Buckets()

    def close(self) -> None:
        """Let go of threads."""
        for machine in self._quiet:
            machine.close()

    def begin(self, bucket: Bucket) -> Memory:
        """Return the memory of the start."""
        return Memory((tables(bucket.data(), MODEL),))

    def step(self, memory: Hashable, before: Bucket, after: Bucket) -> Memory:
        """Judge a write."""
        known = cast("Memory", memory)
        old, new = before.data(), after.data()
        self._judge(invariants.step_faults(old, new))
        if any(old.get(key) != new.get(key) for key in old.keys() | new.keys() if key.startswith(WATCHED)):
            return Memory((*known.states, tables(new, MODEL)), known.bound)
        latest = alias_key(MODEL, LATEST)
        return known if old.get(latest) == new.get(latest) else self._moved(known, new, decode(new[latest]))

    def end(self, memory: Hashable, bucket: Bucket, ended: Sequence[tuple[Operation, Outcome]]) -> None:
        """Judge what is left."""
        del memory
        for operation, outcome in ended:
            self._judge(outcome_faults(operation, outcome, bucket.data()))
        forgotten = [operation.forgets for operation, outcome in ended if operation.forgets and not outcome.error]
        settled = self._settled(bucket).data()
        for key in forgotten:
            self._judge(invariants.forgotten_faults(settled, MODEL, key, self._planted, self._but))
        if forgotten:
            self._judge(statistics_faults(settled))

    def _moved(self, memory: Memory, objects: dict[str, bytes], alias: Alias) -> Memory:
        """Judge which tables a move of `latest` was made from."""
        if alias.listing is None:
            return memory
        fitting = [number for number in fits(alias, memory.states) if number >= memory.bound]
        if not fitting:
            self._judge(
                [Fault("older", f"generation {alias.generation} is made from older tables than the one before")]
            )
            return memory
        if alias.cause["source"] != ROLLBACK:
            self._judge(learned_faults(objects, MODEL, alias, memory.states[fitting[0]]))
        return Memory(memory.states, fitting[0])

    def _settled(self, bucket: Bucket) -> Bucket:
        """Run what is quiet and judge what comes of it; return the bucket then."""
        if bucket not in self._ended:
            after = bucket
            for machine in self._quiet:
                after = self._alone(machine, after)
            self._judge(quiet_faults(bucket.data(), after.data()))
            self._judge(invariants.settled_faults(after.data()))
            self._ended[bucket] = after
        return self._ended[bucket]

    def _alone(self, machine: Machine, bucket: Bucket) -> Bucket:
        """Run an operation with nobody beside it."""
        node = machine.root
        while node.call:
            answer, after = self._buckets.after(bucket, node.call)
            if after is not bucket:
                self._judge(invariants.step_faults(bucket.data(), after.data()))
            node, bucket = machine.after(node, answer), after
        assert node.outcome
        self._judge(outcome_faults(machine.operation, node.outcome, bucket.data()))
        return bucket

    def _judge(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            if not self._only or fault.rule in self._only:
                raise Violation(fault.rule, fault.text)


def outcome_faults(operation: Operation, outcome: Outcome, objects: dict[str, bytes]) -> Iterable[Fault]:
    """Check how an operation ended: with an error that is an answer, or with an alias that was there."""
    error, value = outcome.error, outcome.value
    if error and not isinstance(error, operation.may_raise):
        yield Fault("outcome", f"{operation.name} ended with {type(error).__name__}: {error}")
    if isinstance(value, TrainResult):
        yield from invariants.claim_faults(objects, MODEL, LATEST, value.alias)
    if isinstance(value, tuple):
        alias, claimed = value
        yield from invariants.claim_faults(objects, MODEL, alias, claimed)


def quiet_faults(before: dict[str, bytes], after: dict[str, bytes]) -> Iterable[Fault]:
    """Check that a quiet training ends in what one training on the present tables gives."""
    key = alias_key(MODEL, LATEST)
    held, now = (decode(each[key]) if key in each else None for each in (before, after))
    present = tables(after, MODEL)
    if held and held.cause["source"] == ROLLBACK and held.listing == present.listing(held.recipe):
        if now != held:
            yield Fault("quiet", "a quiet training undid a rollback")
        return
    expected = clean({each: after[each] for each in present.counted}, now.recipe if now else None)
    found = now.model_document if now else None
    if found != expected:
        yield Fault("quiet", f"a quiet training ended in {found!r:.300}, a clean one in {expected!r:.300}")


def statistics_faults(objects: dict[str, bytes]) -> Iterable[Fault]:
    """Check that nothing is left under `statistics/` but what the present tables need."""
    latest = objects.get(alias_key(MODEL, LATEST))
    left = {key for key in objects if key.startswith(PRIVATE)}
    needless = left - statistics(objects, decode(latest).recipe if latest else None) if left else left
    if needless:
        yield Fault("statistics", f"{sorted(needless)} are of tables that are not there")
