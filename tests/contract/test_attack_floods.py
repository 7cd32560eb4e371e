"""Floods and slow clients, against the server of the images and of `lr-sgd serve`, which holds little for them."""

from __future__ import annotations

import gzip
import select
import sys
from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING

import pytest

from lr_core.http.heads import HEAD_BYTES, MOST_FIELDS
from tests.contract import conftest
from tests.contract.callers import KEYS, closed, fault, key
from tests.contract.conftest import DOORS, ROOT, running
from tests.contract.sockets import connected, head, received, refused
from tests.waiting import until

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from tests.contract.conftest import Service

RECORD = b'{"record": "0.5"}'
GOOD = head("POST /stream HTTP/1.1", f"content-length: {len(RECORD)}", "connection: close") + b"\r\n" + RECORD


@pytest.fixture(scope="module")
def predict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Run the server of the image with a model of y = 2·bmi, open to all."""
    folder = tmp_path_factory.mktemp("floods")
    with closed("serve", folder):
        pass
    with running("image", "predict", (folder / "bucket").as_uri(), LR_MAX_BODY_BYTES="1000000") as client:
        yield client


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Run it with limits of half a second."""
    folder = tmp_path_factory.mktemp("slow")
    with closed("serve", folder):
        pass
    program = [sys.executable, str(ROOT / "tests" / "contract" / "short.py"), "main:app"]
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(conftest, "command", lambda *_words: program)
            client = stack.enter_context(running("image", "predict", (folder / "bucket").as_uri()))
        yield client


def is_served(client: httpx.Client) -> bool:
    """Tell whether a client of good will is answered."""
    return client.post("/stream", json={"record": "0.5"}).text == '{"prediction":"[1.00]"}'


def test_a_head_of_too_many_fields_is_431(predict: httpx.Client) -> None:
    for number in (MOST_FIELDS + 1, 50_000):
        fields = [f"x-{each}: 1" for each in range(number)]
        answer = refused(predict, head("POST /stream HTTP/1.1", *fields), b"\r\n")
        assert answer.startswith(b"HTTP/1.1 431 ")
    assert is_served(predict)


def test_a_head_that_is_too_large_is_431_in_one_piece_or_in_many(predict: httpx.Client) -> None:
    whole = head("POST /stream HTTP/1.1", "x-large: " + "x" * (2 * HEAD_BYTES)) + b"\r\n"
    assert refused(predict, whole).startswith(b"HTTP/1.1 431 ")
    pieces = [whole[start : start + 1000] for start in range(0, len(whole), 1000)]
    assert refused(predict, *pieces).startswith(b"HTTP/1.1 431 ")
    assert refused(predict, b"GET /" + b"x" * (2 * HEAD_BYTES) + b" HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 431 ")
    assert is_served(predict)


def test_a_head_that_never_ends_is_not_kept(predict: httpx.Client) -> None:
    endless = (b"x-%d: " % number + b"x" * 1000 + b"\r\n" for number in range(10_000))
    assert refused(predict, head(), *endless).startswith(b"HTTP/1.1 431 ")
    assert refused(predict, head() + b"x-one: ", *(b"x" * 1000 for _ in range(10_000))).startswith(b"HTTP/1.1 431 ")
    assert is_served(predict)


def test_fields_behind_a_body_are_bounded_too(predict: httpx.Client) -> None:
    chunked = head("POST /stream HTTP/1.1", "transfer-encoding: chunked") + b"\r\n"
    trailers = (b"x-%d: 1\r\n" % number for number in range(100_000))
    answer = refused(predict, chunked, b"0\r\n", *trailers)
    assert answer.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 "))
    assert is_served(predict)


def test_a_head_as_large_as_is_allowed_is_answered(predict: httpx.Client) -> None:
    large = head(
        "POST /stream HTTP/1.1",
        "x-large: " + "x" * (HEAD_BYTES - 1000),
        *(f"x-{number}: 1" for number in range(MOST_FIELDS - 10)),
        f"content-length: {len(RECORD)}",
        "connection: close",
    )
    assert b'{"prediction":"[1.00]"}' in refused(predict, large + b"\r\n" + RECORD)


def test_bodies_that_wait_at_once_take_no_more_memory_than_eight_of_the_largest(predict: httpx.Client) -> None:
    waiting, size = [], 900_000
    try:
        for _ in range(12):
            connection = connected(predict)
            waiting.append(connection)
            connection.sendall(head("POST /stream HTTP/1.1", f"content-length: {size}") + b"\r\n" + b" " * (size - 1))
        until(lambda: len(told(waiting)) >= 12 - 8, "those for whom there is no room are told so")
        assert is_served(predict)
        answers = told(waiting)
        assert len(answers) < 12
        for connection in answers:
            answer = received(connection)
            assert answer.startswith(b"HTTP/1.1 503 ")
            assert b"retry-after: 1\r\n" in answer.lower()
    finally:
        for connection in waiting:
            connection.close()
    until(lambda: large_is_served(predict, size), "what was held for who left is free again")


def told(connections: list[socket.socket]) -> list[socket.socket]:
    """Return the connections on which something was answered by now."""
    return select.select(connections, [], [], 0)[0]


def large_is_served(client: httpx.Client, size: int) -> bool:
    content = RECORD + b" " * (size - len(RECORD))
    return client.post("/stream", content=content, headers={"content-type": "application/json"}).status_code == 200


def test_a_body_that_comes_too_slowly_is_408_and_its_connection_closes(impatient: httpx.Client) -> None:
    with connected(impatient) as connection:
        connection.sendall(head("POST /stream HTTP/1.1", "content-length: 17") + b"\r\n" + RECORD[:5])
        answer = received(connection)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in answer
    assert is_served(impatient)


def test_a_head_that_comes_too_slowly_is_408_and_its_connection_closes(impatient: httpx.Client) -> None:
    with connected(impatient) as connection:
        connection.sendall(head())
        assert received(connection).startswith(b"HTTP/1.1 408 ")
    with connected(impatient) as connection:  # a second one, behind one that was answered
        connection.sendall(GOOD.replace(b"connection: close\r\n", b"") + head())
        answer = received(connection)
    assert b'{"prediction":"[1.00]"}' in answer
    assert b"HTTP/1.1 408 " in answer
    assert is_served(impatient)


def test_a_connection_that_asks_nothing_is_closed(impatient: httpx.Client) -> None:
    waiting = [connected(impatient) for _ in range(50)]
    for connection in waiting:
        with connection:
            assert received(connection) == b""
    assert is_served(impatient)


def test_a_connection_that_asks_nothing_more_is_closed(impatient: httpx.Client) -> None:
    with connected(impatient) as connection:
        connection.sendall(GOOD.replace(b"connection: close\r\n", b""))
        assert received(connection).endswith(b'{"prediction":"[1.00]"}')
    assert is_served(impatient)


def test_a_stream_that_falls_silent_is_broken_off(impatient: httpx.Client) -> None:
    fields = ("content-type: text/csv", "transfer-encoding: chunked", "connection: close")
    lines = head("POST /v1/models/default:predict HTTP/1.1", *fields).replace(
        b"content-type: application/json\r\n", b""
    )
    with connected(impatient) as connection:
        connection.sendall(lines + b"\r\n" + b"4\r\nbmi\n\r\n")
        assert received(connection).startswith(b"HTTP/1.1 408 ")
    with connected(impatient) as connection:
        connection.sendall(lines + b"\r\n" + b"6\r\nbmi\n1\n\r\n")
        answer = received(connection)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"2.0\n" in answer
    assert not answer.endswith(b"0\r\n\r\n"), "nobody may take it for whole"
    assert is_served(impatient)


def test_a_client_that_does_not_read_is_left(impatient: httpx.Client) -> None:
    fields = ("content-type: text/csv", "transfer-encoding: chunked")
    lines = head("POST /v1/models/default:predict HTTP/1.1", *fields).replace(
        b"content-type: application/json\r\n", b""
    )
    rows = b"1\n" * 50_000
    with connected(impatient) as connection:
        connection.sendall(lines + b"\r\n" + b"4\r\nbmi\n\r\n")
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            send_for_ever(connection, b"%x\r\n" % len(rows) + rows + b"\r\n")
    assert is_served(impatient)


def send_for_ever(connection: socket.socket, piece: bytes) -> None:
    """Send a piece again and again."""
    while True:
        connection.sendall(piece)


@cache
def bomb() -> bytes:
    """Return little that becomes much when it is unpacked."""
    return gzip.compress(b" " * 100_000_000)


@pytest.mark.parametrize("door", DOORS)
def test_a_gzip_bomb_is_not_unpacked(door: str, tmp_path: Path) -> None:
    with closed(door, tmp_path) as service:
        for client, path, role in ((service.predict, "/stream", "predict"), (service.train, "/train", "train")):
            for coding in ("gzip", "deflate", "br", "gzip, gzip"):
                headers = {"content-type": "application/json", "content-encoding": coding, **key(role)}
                fault(client.post(path, content=bomb(), headers=headers), 415, "about:blank")
        lines = {"content-type": "text/csv", "content-encoding": "gzip", **key("predict")}
        fault(service.predict.post("/v1/models/default:predict", content=bomb(), headers=lines), 415, "about:blank")


@pytest.mark.parametrize("door", DOORS)
def test_deep_json_is_refused_wherever_it_stands(door: str, tmp_path: Path) -> None:
    json = {"content-type": "application/json"}
    with closed(door, tmp_path) as service:
        for depth in (1000, 100_000):
            deep = "[" * depth + "]" * depth
            objects = '{"a":' * depth + "1" + "}" * depth
            for client, path, role in asked(service):
                for body in (deep, objects, f'{{"instances": {deep}}}', f'{{"inputs": {objects}}}'):
                    answer = client.post(path, content=body, headers={**json, **key(role)})
                    assert answer.status_code in {400, 422}, (path, body[:20])
        assert service.predict.post("/stream", json={"record": 1}, headers=key("predict")).status_code == 200


def asked(service: Service) -> list[tuple[httpx.Client, str, str]]:
    """Return every route that takes JSON, and the role it needs."""
    of_predict = ("/", "/stream", "/batch", "/v1/models/default:predict", "/v2/models/default/infer")
    found = [(service.predict, path, "predict") for path in of_predict]
    return [*found, (service.train, "/train", "train")]


def test_a_flood_of_who_is_not_known_takes_no_bodies_in(tmp_path: Path) -> None:
    with closed("image", tmp_path) as service:
        waiting = head("POST /stream HTTP/1.1", "content-length: 10000000")
        for _ in range(20):
            answer = refused(service.predict, waiting + b"\r\n" + b" " * 70_000)
            assert answer.startswith(b"HTTP/1.1 401 "), "before its body was there"
        said = {"x-api-key": KEYS["predict"]}
        assert service.predict.post("/stream", json={"record": 1}, headers=said).status_code == 200
