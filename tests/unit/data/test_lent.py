from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, BinaryIO, cast

import pytest

from lr_core.data import lent
from lr_core.data.rows import Rows
from lr_core.errors import InvalidInput
from tests.unit.data.memory import KEY, LongTable, Pieces, Table, read, table

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES = b"1,2\n" * 10_000


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """Keep every event that a reading waits for, and let it wait as long as it takes."""
    kept: list[Event] = []

    def event() -> Event:
        kept.append(Event())
        return kept[-1]

    monkeypatch.setattr(lent, "Event", event)
    monkeypatch.setattr(lent, "RETURN_S", 60.0)
    return kept


@pytest.mark.parametrize(
    "body", [b"a,b\n1,x\n", b"a,b\n1\n", b"a,b\n1,\xff\n", b'a,b\n1,"2\n', b"a,b\n" + LINES + b"\xff"]
)
def test_of_a_table_that_is_refused_all_is_returned(events: list[Event], body: bytes) -> None:
    with pytest.raises(InvalidInput):
        read(table(body))
    assert [event.is_set() for event in events] == [True]


def test_of_a_table_that_is_read_all_is_returned(events: list[Event]) -> None:
    chunks = Rows(table(b"a,b\n" + LINES * 100), ("a", "b"), "refuse")
    assert sum(map(len, chunks)) == 1_000_000
    assert [event.is_set() for event in events] == [True]


def test_of_a_reading_that_is_left_early_all_is_returned(events: list[Event]) -> None:
    chunks = iter(Rows(LongTable(b"a,b\n", KEY, LINES, 2000), ("a", "b"), "refuse"))
    assert len(next(chunks))
    del chunks
    assert [event.is_set() for event in events] == [True]


class Breaking(Table):
    """A table whose store goes away while it is read, once enough was read to look whole."""

    def open(self) -> BinaryIO:
        return cast("BinaryIO", Pieces(self._pieces()))

    def _pieces(self) -> Iterator[bytes]:
        yield self.body
        raise ConnectionError("no route")


@pytest.mark.parametrize("body", [b"a,b\n", b"a,b\n" + LINES, b"a,b\n" + LINES * 500, b"a,b\n" + LINES + b"1"])
def test_a_store_that_goes_away_is_not_the_end_of_a_table(body: bytes) -> None:
    with pytest.raises(ConnectionError, match="no route"):
        read(Breaking(body))
