"""What goes over the wire between a client and the server of the images: one request after the other, in any pieces."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from lr_core.store import open_store
from lr_core.training.request import TrainRequest
from lr_core.training.train import train
from tests.contract.conftest import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

TIMEOUT_S = 30
BODIES = [b'{"record": "0.5"}', b'{"record": 1}', b'{"record": "2"}']
ANSWERS = [b'{"prediction":"[1.00]"}', b'{"prediction":"[2.00]"}', b'{"prediction":"[4.00]"}']


@pytest.fixture(scope="module")
def predict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Run the server of the image, which knows its model."""
    url = tmp_path_factory.mktemp("bucket").as_uri()
    store = open_store(url)
    store.create("data/default/a.csv", b"bmi,y\n1,2\n2,4\n")
    train(store, TrainRequest("default", {"source": "test", "id": "1"}))
    with running("image", "predict", url, LR_MODEL_TTL_S="600") as client:
        assert client.get("/v1/models/default").status_code == 200
        yield client


def request(body: bytes, head: str = "POST /stream HTTP/1.1", *more: str) -> bytes:
    """Return a request as bytes."""
    lines = [head, "host: predict", "content-type: application/json", f"content-length: {len(body)}", *more, "", ""]
    return "\r\n".join(lines).encode() + body


def exchanged(client: httpx.Client, *pieces: bytes) -> list[tuple[bytes, bytes]]:
    """Send bytes piece by piece and no more, and return the heads and bodies of all that comes until the end."""
    address = (client.base_url.host, client.base_url.port or 80)
    with socket.create_connection(address, timeout=TIMEOUT_S) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
        with connection.makefile("rb") as answers:
            return list(read(answers.read()))


def read(answers: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the head and the body of each answer."""
    while answers:
        head, answers = answers.split(b"\r\n\r\n", 1)
        fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:])
        length = int(fields[b"content-length"])
        body, answers = answers[:length], answers[length:]
        yield head, body


def test_requests_of_one_piece_are_answered_in_their_order(predict: httpx.Client) -> None:
    last = request(BODIES[2], "POST /stream HTTP/1.1", "connection: close")
    answers = exchanged(predict, request(BODIES[0]) + request(BODIES[1]) + last)
    assert [body for _, body in answers] == ANSWERS


def test_a_request_that_takes_the_long_way_keeps_those_behind_it_waiting(predict: httpx.Client) -> None:
    listing = request(b"", "GET /v1/models HTTP/1.1")  # asks the store, in a thread
    last = request(BODIES[2], "POST /stream HTTP/1.1", "connection: close")
    answers = exchanged(predict, request(BODIES[0]) + listing + request(BODIES[1]) + listing + last)
    models = b'{"models":["default"]}'
    assert [body for _, body in answers] == [ANSWERS[0], models, ANSWERS[1], models, ANSWERS[2]]


@pytest.mark.parametrize("size", [1, 7, 40])
def test_a_request_in_pieces_is_the_same_request(predict: httpx.Client, size: int) -> None:
    whole = request(BODIES[0]) + request(BODIES[1], "POST /stream HTTP/1.1", "connection: close")
    answers = exchanged(predict, *(whole[start : start + size] for start in range(0, len(whole), size)))
    assert [body for _, body in answers] == ANSWERS[:2]


def test_a_client_that_closes_is_told_that_the_server_does_too(predict: httpx.Client) -> None:
    for head, *more in (("POST /stream HTTP/1.1", "connection: close"), ("POST /stream HTTP/1.0",)):
        ((said, body),) = exchanged(predict, request(BODIES[0], head, *more))
        assert (said.split(b"\r\n")[0], body) == (b"HTTP/1.1 200 OK", ANSWERS[0])
        assert b"connection: close" in said.lower()


def test_an_answer_to_head_has_the_length_and_not_the_body(predict: httpx.Client) -> None:
    answer = predict.head("/v1/models/default")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(predict.get("/v1/models/default").content))


def test_a_body_that_waits_to_be_wanted_is_sent_when_it_is(predict: httpx.Client) -> None:
    head, body = request(BODIES[0], "POST /stream HTTP/1.1", "expect: 100-continue", "connection: close").split(
        b"\r\n\r\n"
    )
    address = (predict.base_url.host, predict.base_url.port or 80)
    with socket.create_connection(address, timeout=TIMEOUT_S) as connection, connection.makefile("rb") as answers:
        connection.sendall(head + b"\r\n\r\n")
        assert answers.readline() == b"HTTP/1.1 100 Continue\r\n"
        connection.sendall(body)
        assert answers.read().endswith(ANSWERS[0])


@pytest.mark.parametrize("size", [None, 7])
def test_fields_behind_a_body_are_not_of_its_head(predict: httpx.Client, size: int | None) -> None:
    fields = [b"POST /stream HTTP/1.1", b"host: predict", b"content-type: application/json", b"connection: close"]
    chunks = b"%x\r\n%b\r\n0\r\ncontent-encoding: gzip\r\n\r\n" % (len(BODIES[0]), BODIES[0])
    whole = b"\r\n".join([*fields, b"transfer-encoding: chunked", b"", chunks])
    size = size or len(whole)
    ((_, body),) = exchanged(predict, *(whole[start : start + size] for start in range(0, len(whole), size)))
    assert body == ANSWERS[0]


def test_what_is_no_http_is_400_and_the_next_connection_is_served(predict: httpx.Client) -> None:
    ((said, _),) = exchanged(predict, b"nonsense\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 400 ")
    assert (
        predict.post("/stream", content=BODIES[0], headers={"content-type": "application/json"}).content == ANSWERS[0]
    )


def test_every_answer_has_a_date(predict: httpx.Client) -> None:
    for path in ("/v1/models/default", "/v1/models"):  # at once, and the long way
        assert predict.get(path).headers["date"].endswith("GMT")
