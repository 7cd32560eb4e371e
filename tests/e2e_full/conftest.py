"""What the long tests of the deployed thing share."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING

import pytest

from lr_core.errors import StoreUnavailable
from tests.e2e.cluster import until
from tests.e2e.conftest import (
    broker,
    gateway,
    minio,
    no_other_store,
    predict,
    pytest_runtest_makereport,
    train,
    trusted,
)
from tests.e2e.models import answer_of, new_name
from tests.e2e_full.asking import Asking
from tests.e2e_full.bucket import open_bucket
from tests.e2e_full.subject import Subject
from tests.e2e_full.tables import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

    from lr_core.store import Store

__all__ = [
    "broker",
    "gateway",
    "minio",
    "no_other_store",
    "predict",
    "pytest_runtest_makereport",
    "train",
    "trusted",
]

SEED = int(os.environ.get("LR_E2E_SEED") or secrets.randbelow(2**32))
TO_REACH_S = 120.0
TO_KNOW_S = 60.0
N_SAMPLES = 20
FIGURES = pytest.StashKey[list[str]]()


def pytest_report_header() -> str:
    """Say what repeats the tests' random choices."""
    return f"seed: {SEED} (LR_E2E_SEED={SEED} repeats it)"


def pytest_configure(config: pytest.Config) -> None:
    config.stash[FIGURES] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what the tests have measured, and do not judge."""
    if figures := config.stash[FIGURES]:
        terminalreporter.write_sep("=", "what was done")
        terminalreporter.write_line("\n".join(figures))


@pytest.fixture
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Give a way to say at the end what was done."""
    figures, name = request.config.stash[FIGURES], request.node.name
    return lambda text: figures.append(f"{name}: {text}")


@pytest.fixture
def seed() -> int:
    return SEED


@pytest.fixture
def small(seed: int) -> Iterator[bytes]:
    """Give small tables, without end."""
    return tables(seed, N_SAMPLES)


@pytest.fixture
def store(minio: str) -> Store:
    """Open the bucket as its operator."""
    return open_bucket(minio)


@pytest.fixture
def subject(store: Store) -> Iterator[Subject]:
    """Give a model that is not there yet; what comes to be under its name goes at the end."""
    subject = Subject(new_name(), store)
    yield subject
    subject.remove()


@pytest.fixture
def learn(subject: Subject, small: Iterator[bytes], train: httpx.Client) -> Callable[[], None]:
    """Give a way to put one more table and to train, as soon as there is a way to the bucket."""
    numbers = count()

    def put_and_train() -> None:
        until(lambda: is_reachable(subject), "the bucket can be reached from here", TO_REACH_S)
        subject.put(f"{next(numbers)}.csv", next(small))
        answer_of(train.post("/train", json={"model": subject.name}))

    return put_and_train


def is_reachable(subject: Subject) -> bool:
    with suppress(StoreUnavailable):
        subject.latest()
        return True
    return False


@pytest.fixture
def warm(learn: Callable[[], None], subject: Subject, predict: httpx.Client) -> Asking:
    """Have a predict that has answered for the model."""
    learn()
    asking = Asking(predict, subject.name)
    until(asking.says, "predict knows the model", TO_KNOW_S)
    return asking
