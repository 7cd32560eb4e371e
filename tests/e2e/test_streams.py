"""Streams of rows through the gateway: whole, row by row, and broken off."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from tests.e2e.conftest import key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.models import Model

CSV = {"content-type": "text/csv"}
N_ROWS = 200_000
TIMEOUT_S = 60


@pytest.fixture
def learned(model: Model) -> Model:
    """Give a model y = 1 + 2x that predict serves."""
    model.put("t.csv", [(0, 1), (1, 3), (2, 5)])
    model.learn()
    model.answers([3], 7)
    return model


def path(model: Model) -> str:
    return f"/v1/models/{model.name}:predict"


@contextmanager
def talking(model: Model, gateway: str) -> Iterator[socket.socket]:
    """Begin a request whose body comes in chunks, on a connection of its own."""
    address = urlsplit(gateway)
    headers = {"host": model.predict.headers["host"], **key(), **CSV, "transfer-encoding": "chunked"}
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection((str(address.hostname), address.port or 80), timeout=TIMEOUT_S) as connection:
        connection.sendall(f"POST {path(model)} HTTP/1.1\r\n{fields}\r\n".encode())
        yield connection


def send(connection: socket.socket, rows: bytes) -> None:
    connection.sendall(b"%x\r\n%s\r\n" % (len(rows), rows))


def n_answers(came: bytes) -> int:
    """Return how many predictions of y = 1 + 2x for x = 1 have come."""
    lines = came.partition(b"\r\n\r\n")[2].split()
    return sum(b"." in line and abs(float(line) - 3) < 1e-9 for line in lines)


def read_until(connection: socket.socket, came: bytes, number: int) -> bytes:
    """Read until so many predictions have come."""
    while n_answers(came) < number:
        more = connection.recv(65536)
        assert more, came
        came += more
    return came


def test_a_stream_is_answered_through_the_gateway(learned: Model) -> None:
    body = b"x\n" + b"".join(b"%d\n" % x for x in range(N_ROWS))
    answer = learned.predict.post(path(learned), content=body, headers=CSV)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv")
    assert answer.headers["LR-Model-Version"]
    head, *lines = answer.text.splitlines()
    assert (head, len(lines)) == ("prediction", N_ROWS)
    assert [float(line) for line in lines[::999]] == pytest.approx([1 + 2 * x for x in range(0, N_ROWS, 999)])


def test_a_row_is_answered_through_the_gateway_before_the_next_is_sent(learned: Model, gateway: str) -> None:
    with talking(learned, gateway) as connection:
        send(connection, b"x\n1\n")
        came = read_until(connection, b"", 1)
        assert came.startswith(b"HTTP/1.1 200 ")
        send(connection, b"1\n")
        came = read_until(connection, came, 2)
        send(connection, b"")
        while not came.endswith(b"0\r\n\r\n"):
            more = connection.recv(65536)
            assert more, came
            came += more


def test_a_late_fault_breaks_off_through_the_gateway(learned: Model) -> None:
    # The answer has begun long before: the fault is behind more rows than are read at once.
    body = b"x\n" + b"1\n" * N_ROWS + b"high\n"
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        learned.predict.post(path(learned), content=body, headers=CSV)


def test_a_fault_at_once_is_a_problem_through_the_gateway(learned: Model) -> None:
    answer = learned.predict.post(path(learned), content=b"x\nhigh\n", headers=CSV)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "line 2" in answer.json()["detail"]
