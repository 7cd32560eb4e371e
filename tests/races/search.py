"""The search: all interleavings of some operations, or those with few preemptions, or random ones.

A run is determined by its choices: which operation makes the next call. Two runs that reach the same state (what each
operation has seen, the bucket, and the rules' memory) go on alike, so a state is judged once, however many runs lead to
it, and their number is known all the same: it is the sum over the states that follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from tests.races.buckets import Buckets
from tests.races.execution import Astray, Stuck
from tests.races.machine import Machine
from tests.races.rules import Violation

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from lr_core.store import Stored
    from tests.races.buckets import Bucket
    from tests.races.execution import Operation
    from tests.races.machine import Node
    from tests.races.rules import Rules

__all__ = ["Found", "Search"]

SWITCHES = (0.05, 0.2, 0.5)
"""How likely a random run switches before a call; one is drawn a run, for some faults need long stretches alone."""

KEPT = 20_000
"""How many states of operations are kept between random runs."""


class Moment(NamedTuple):
    """A state."""

    nodes: tuple[Node, ...]
    bucket: Bucket
    memory: Hashable


@dataclass(frozen=True, slots=True)
class Found:
    """A violation, and the choices that lead to it."""

    rule: str
    text: str
    choices: tuple[int, ...]
    schedule: str

    def __str__(self) -> str:
        return f"{self.text}\nschedule:\n{self.schedule}\nchoices: {list(self.choices)}"


class Search:
    """The search through one scenario.

    Parameters
    ----------
    objects
        What is in the bucket at the start.
    """

    def __init__(self, objects: dict[str, Stored], operations: Sequence[Operation], rules: Rules) -> None:
        self._objects = dict(objects)
        self._operations = operations
        self._rules = rules
        self._path: list[int] = []
        self._counts: dict[tuple[Moment, int | None, int | None], int] = {}
        self.is_complete = True
        self._machines: list[Machine] = []
        self._forget()

    @property
    def states(self) -> int:
        """The number of states that were judged."""
        return len({moment for moment, _, _ in self._counts})

    def close(self) -> None:
        """Let go of threads."""
        for machine in self._machines:
            machine.close()
        self._rules.close()

    def all(self, bound: int | None = None) -> int | Found:
        """Return the number of runs with at most so many preemptions, or the violation with the fewest of them.

        Parameters
        ----------
        bound
            How often a run may switch away from an operation that could go on; None for any number.
        """
        for least in range(bound + 1) if bound is not None else [None]:
            self._counts.clear()
            self._path.clear()
            self.is_complete = True
            try:
                count = self._count(self._start(), None, least)
            except (Violation, Stuck, Astray) as error:
                return self._found(error)
        return count

    def random(self, seed: int) -> Found | None:
        """Run once, as a seed says."""
        if sum(machine.size for machine in self._machines) > KEPT:
            self._forget()
        draw = Random(seed)  # noqa: S311  -- a schedule is no secret
        switch = draw.choice(SWITCHES)
        self._path.clear()
        try:
            self._wander(draw, switch)
        except (Violation, Stuck, Astray) as error:
            return self._found(error)
        return None

    def replay(self, choices: Sequence[int]) -> dict[str, Stored]:
        """Run by choices, the rest without preemption, and return what is in the bucket at the end."""
        moment, left, last = self._start(), list(reversed(choices)), None
        while ready := self._ready(moment):
            last = left.pop() if left else last if last in ready else ready[0]
            moment = self._after(moment, last)
        self._end(moment)
        return dict(moment.bucket.objects)

    def _forget(self) -> None:
        for machine in self._machines:
            machine.close()
        self._machines = [Machine(operation) for operation in self._operations]
        self._buckets = Buckets()
        self._steps: dict[tuple[Hashable, Bucket, Bucket], Hashable] = {}

    def _start(self) -> Moment:
        bucket = self._buckets.of(self._objects)
        return Moment(tuple(machine.root for machine in self._machines), bucket, self._rules.begin(bucket))

    def _ready(self, moment: Moment) -> list[int]:
        return [number for number, node in enumerate(moment.nodes) if node.call]

    def _after(self, moment: Moment, choice: int) -> Moment:
        """Return the state after the next call of one operation."""
        node = moment.nodes[choice]
        assert node.call
        answer, bucket = self._buckets.after(moment.bucket, node.call)
        follower = self._machines[choice].after(node, answer)
        nodes = (*moment.nodes[:choice], follower, *moment.nodes[choice + 1 :])
        return Moment(nodes, bucket, self._remembered(moment, bucket))

    def _remembered(self, moment: Moment, after: Bucket) -> Hashable:
        if after is moment.bucket:
            return moment.memory
        step = (moment.memory, moment.bucket, after)
        if step not in self._steps:
            self._steps[step] = self._rules.step(*step)
        return self._steps[step]

    def _count(self, moment: Moment, last: int | None, left: int | None) -> int:
        """Judge all runs from here on and return their number."""
        state = (moment, None if left is None else last, left)
        if state not in self._counts:
            ready = self._ready(moment)
            if not ready:
                self._end(moment)
            self._counts[state] = sum(self._follow(moment, ready, last, left)) if ready else 1
        return self._counts[state]

    def _follow(self, moment: Moment, ready: list[int], last: int | None, left: int | None) -> list[int]:
        """Return the number of runs by each choice that is within the bound."""
        counts = []
        for choice in sorted(ready, key=lambda number: number != last):
            rest = left if left is None or choice == last or last not in ready else left - 1
            if rest is not None and rest < 0:
                self.is_complete = False
                continue
            self._path.append(choice)
            counts.append(self._count(self._after(moment, choice), choice, rest))
            self._path.pop()
        return counts

    def _wander(self, draw: Random, switch: float) -> None:
        moment, last = self._start(), None
        while ready := self._ready(moment):
            if last not in ready or draw.random() < switch:
                last = draw.choice(ready)
            self._path.append(last)
            moment = self._after(moment, last)
        self._end(moment)

    def _end(self, moment: Moment) -> None:
        outcomes = [node.outcome for node in moment.nodes if node.outcome]
        self._rules.end(moment.memory, moment.bucket, list(zip(self._operations, outcomes, strict=True)))

    def _found(self, error: Violation | Stuck | Astray) -> Found:
        rule = error.rule if isinstance(error, Violation) else type(error).__name__
        return Found(rule, str(error), tuple(self._path), "\n".join(self._described()))

    def _described(self) -> list[str]:
        """Name the calls of the present path, for a person."""
        nodes, bucket = [machine.root for machine in self._machines], self._buckets.of(self._objects)
        lines = []
        for choice in self._path:
            call = nodes[choice].call
            assert call
            answer, bucket = self._buckets.after(bucket, call)
            lines.append(
                f"  {self._operations[choice].name} {call} {'→ ' + said if (said := str(answer)) else ''}".rstrip()
            )
            nodes[choice] = nodes[choice].children.get(answer, nodes[choice])
        return lines
