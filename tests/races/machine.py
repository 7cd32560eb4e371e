"""What an operation does next, by what it has seen: a tree that is learned from real runs.

An operation is a function of the answers to its calls. So what it does after given answers is learned once, from a run
in a thread, and remembered; the search walks through these trees and runs an operation again only for what is new.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from tests.races.calls import Call
from tests.races.execution import Astray, Execution, Outcome

if TYPE_CHECKING:
    from tests.races.calls import Answer
    from tests.races.execution import Operation

__all__ = ["Machine", "Node"]

PARKED = 64
"""How many threads of one operation wait where they stopped; another one is run again from its start."""


class Node:
    """An operation that has seen given answers: the call that it makes next, or how it ended."""

    __slots__ = ("answer", "call", "children", "outcome", "parent")

    def __init__(self, found: Call | Outcome, parent: Node | None, answer: Answer | None) -> None:
        self.call = found if isinstance(found, Call) else None
        self.outcome = found if isinstance(found, Outcome) else None
        self.parent = parent
        self.answer = answer
        self.children: dict[Answer, Node] = {}

    def script(self) -> list[tuple[Call, Answer]]:
        """Return the calls that led here, with their answers."""
        steps = []
        node = self
        while node.parent and node.parent.call and node.answer:
            steps.append((node.parent.call, node.answer))
            node = node.parent
        return steps[::-1]


class Machine:
    """The tree of one operation."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.runs = 0
        self.size = 0
        self._parked: OrderedDict[Node, Execution] = OrderedDict()
        self.root = self._learned(self._started([]), None, None)

    def after(self, node: Node, answer: Answer) -> Node:
        """Return what it is once its call has this answer."""
        known = node.children.get(answer)
        if known is None:
            known = node.children[answer] = self._learn(node, answer)
        return known

    def close(self) -> None:
        """End the threads that wait."""
        while self._parked:
            self._parked.popitem()[1].abandon()

    def _learn(self, node: Node, answer: Answer) -> Node:
        execution = self._parked.pop(node, None)
        if execution is None:
            execution = self._started(node.script())
            found = execution.next()
            if found != node.call:
                raise Astray(f"{self.operation.name}: expected {node.call} again, found {found}")
        execution.answer(answer)
        return self._learned(execution, node, answer)

    def _started(self, script: list[tuple[Call, Answer]]) -> Execution:
        self.runs += 1
        return Execution(self.operation, script)

    def _learned(self, execution: Execution, parent: Node | None, answer: Answer | None) -> Node:
        node = Node(execution.next(), parent, answer)
        self.size += 1
        if isinstance(node.outcome, Outcome):
            if isinstance(node.outcome.error, Astray):
                raise node.outcome.error
            return node
        self._parked[node] = execution
        if len(self._parked) > PARKED:
            self._parked.popitem(last=False)[1].abandon()
        return node
