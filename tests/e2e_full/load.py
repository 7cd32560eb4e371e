"""Requests at a steady rate, however long the answers take (an open loop), and what came of each."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["RATE", "Answer", "load", "summary"]

RATE = 20
"""Requests a second."""

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request.

    Attributes
    ----------
    began_s, took_s
        When it was sent after the load began, and how long it took.
    status, text
        The answer; None and the client's complaint where there was none.
    """

    began_s: float
    took_s: float
    status: int | None
    text: str


@contextmanager
def load(ask: Callable[[], httpx.Response]) -> Iterator[list[Answer]]:
    """Ask `RATE` times a second for as long as the context lasts; the list has all answers once it has ended."""
    answers: list[Answer] = []
    ended, start_s = Event(), time.monotonic()

    def once() -> None:
        answers.append(answered(ask, start_s))

    def beat(pool: ThreadPoolExecutor) -> None:
        sent = 0
        while not ended.wait(max(0.0, start_s + sent / RATE - time.monotonic())):
            pool.submit(once)
            sent += 1

    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        beating = Thread(target=beat, args=(pool,))
        beating.start()
        try:
            yield answers
        finally:
            ended.set()
            beating.join()


def answered(ask: Callable[[], httpx.Response], start_s: float) -> Answer:
    """Ask once."""
    began_s = time.monotonic()
    try:
        response = ask()
    except httpx.HTTPError as error:
        status, text = None, repr(error)
    else:
        status, text = response.status_code, response.text
    return Answer(began_s - start_s, time.monotonic() - began_s, status, text)


def summary(answers: list[Answer]) -> str:
    """Return what a load was, as a line."""
    took_ms = sorted(answer.took_s * 1e3 for answer in answers)
    failed = sum(answer.status != 200 for answer in answers)
    seconds = max(answer.began_s for answer in answers)
    half, most = took_ms[len(took_ms) // 2], took_ms[-1]
    return f"{len(answers)} requests in {seconds:.0f} s, {failed} failed; median {half:.0f} ms, slowest {most:.0f} ms"
