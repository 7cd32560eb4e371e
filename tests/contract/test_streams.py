"""Bodies of CSV and JSON lines: answered in the same type, a prediction a row, of any length, in constant memory."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.contract.conftest import ROOT, answers, command, environment
from tests.waiting import free_ports, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contract.conftest import Service

CSV, JSON_LINES = "text/csv", "application/jsonlines"
ONE, TWO = "/v1/models/default:predict", "/v1/models/two:predict"
TIMEOUT_S = 30
MIB = 2**20
BACKLOG_ROWS = 2**20

full_duplex = pytest.mark.parametrize("service", ["serve", "image"], indirect=True)


def post(client: httpx.Client, path: str, kind: str, content: Any, **headers: str) -> httpx.Response:
    return client.post(path, content=content, headers={"content-type": kind, **headers})


def problem(response: httpx.Response, status: int, kind: str) -> Any:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    said = response.json()
    assert said["type"].rsplit("/", 1)[-1] == kind
    return said


@dataclass
class Talk:
    """A request on a connection of its own, sent and answered chunk by chunk."""

    connection: socket.socket
    came: bytes = b""

    def send(self, rows: bytes) -> None:
        """Send a chunk; an empty one is the last."""
        self.connection.sendall(b"%x\r\n%s\r\n" % (len(rows), rows))

    def expect(self, text: bytes) -> None:
        """Read until a text has come."""
        while text not in self.came:
            more = self.connection.recv(65536)
            assert more, (text, self.came)
            self.came += more

    def rest(self) -> bytes:
        """Read to the end of the connection."""
        while more := self.connection.recv(65536):
            self.came += more
        return self.came


@contextmanager
def talking(client: httpx.Client, path: str, kind: str, *more: str) -> Iterator[Talk]:
    """Begin a request whose body comes in chunks."""
    head = [f"POST {path} HTTP/1.1", "host: predict", f"content-type: {kind}", "transfer-encoding: chunked", *more]
    address = (client.base_url.host, client.base_url.port or 80)
    with socket.create_connection(address, timeout=TIMEOUT_S) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall("\r\n".join([*head, "", ""]).encode())
        yield Talk(connection)


def curl(table: Path, url: str) -> subprocess.CompletedProcess[bytes]:
    """Post a table with curl, which reads while it sends."""
    words = ["curl", "-sT", str(table), "-X", "POST", "-H", f"content-type: {CSV}", url]
    return subprocess.run(words, capture_output=True, check=False, timeout=TIMEOUT_S)


@pytest.mark.parametrize("path", [ONE, "/", "/v1/models/default/versions/f29ad5e02123:predict"])
def test_csv_is_answered_as_csv(trained: Service, path: str) -> None:
    answer = post(trained.predict, path, CSV, b'id,bmi\nx,1\n"a\n b",2.5\n')
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv")
    assert answer.headers["LR-Model-Version"] == "f29ad5e02123"
    head, *lines = answer.text.splitlines()
    assert head == "prediction"
    assert list(map(float, lines)) == pytest.approx([2.0, 5.0])


@pytest.mark.parametrize("kind", [JSON_LINES, "application/x-ndjson", "application/jsonl"])
def test_json_lines_are_answered_as_json_lines(trained: Service, kind: str) -> None:
    answer = post(trained.predict, TWO, f"{kind}; charset=utf-8", b'[1,2]\n{"b": 2, "a": 1, "more": null}\n')
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert re.fullmatch(r'(\{"prediction": [^ }]+\}\n){2}', answer.text)
    assert [json.loads(line)["prediction"] for line in answer.text.splitlines()] == pytest.approx([0, 0], abs=1e-12)
    assert post(trained.predict, ONE, kind, b"1\n").status_code == 200


def test_no_rows_in_no_rows_out(trained: Service) -> None:
    for content in (b"a,b\n", iter([b"a", b",b\n"])):
        assert post(trained.predict, TWO, CSV, content).text == "prediction\n"
    for content in (b"", iter([b"\n"])):
        answer = post(trained.predict, TWO, JSON_LINES, content)
        assert (answer.status_code, answer.text) == (200, "")


def test_the_same_row_gets_the_same_bits_as_in_a_body_of_json(trained: Service) -> None:
    rows = [[i / 7, 1e9 / (i + 1)] for i in range(1000)]
    expected = trained.predict.post(TWO, json={"instances": rows}).json()["predictions"]
    csv = "b,a\n" + "".join(f"{b!r},{a!r}\n" for a, b in rows)
    found = post(trained.predict, TWO, CSV, iter([csv.encode()])).text.splitlines()[1:]
    assert list(map(float, found)) == expected


@pytest.mark.parametrize(
    ("kind", "content", "detail"),
    [
        (CSV, b"a,x\n1,2\n", "expected a header with b, found a, x"),
        (CSV, b"a,b\n1,2\n3,x\n", 'line 3: expected a number, found "x" in column "b"'),
        (CSV, b"", "expected a header with a, b, found nothing"),
        (JSON_LINES, b"[1,2]\nnope\n", "line 2: expected JSON"),
        (JSON_LINES, b'[1,2]\n{"a":1}\n', 'line 2: expected the feature "b", found none'),
        (JSON_LINES, b"[1e308,-1e308]\n", "line 1: the prediction is too large for a double"),
    ],
)
def test_a_fault_before_the_answer_is_a_problem(trained: Service, kind: str, content: bytes, detail: str) -> None:
    for sent in (content, iter([content])):
        said = problem(post(trained.predict, TWO, kind, sent), 422, "invalid-input")
        assert said["detail"].startswith(detail)
        assert said["errors"][0]["detail"] == said["detail"]


def test_what_cannot_be_begun_is_a_problem(trained: Service) -> None:
    for sent in (b"\xff", iter([b"\xff\n"])):
        problem(post(trained.predict, TWO, JSON_LINES, sent), 400, "malformed-request")
    large = b"[1,2]\n" * 200_000
    problem(post(trained.predict, "/v1/models/nothing:predict", JSON_LINES, large), 404, "model-not-found")
    problem(post(trained.predict, TWO, CSV, large, **{"content-encoding": "gzip"}), 415, "about:blank")
    for path in ("/stream", "/batch", "/v1/models/two:explain", "/v2/models/two/infer"):
        assert post(trained.predict, path, CSV, b"a,b\n").status_code == 415
    assert trained.predict.put(TWO, content=b"a,b\n", headers={"content-type": CSV}).status_code == 405


def test_a_fault_is_told_to_a_client_that_is_still_sending(trained: Service) -> None:
    body = b"bmi\nx\n" + b"1\n" * 5_000_000
    said = problem(post(trained.predict, ONE, CSV, body), 422, "invalid-input")
    assert said["detail"] == 'line 2: expected a number, found "x" in column "bmi"'


def test_a_body_may_be_longer_than_any_other_body(trained: Service) -> None:
    n_rows, pad = 60_000, b"x" * 300
    body = b"pad,bmi\n" + b"".join(b"%s,%d\n" % (pad, i) for i in range(n_rows))
    assert len(body) > 1.5 * 10_485_760
    for sent in (body, (body[i : i + MIB] for i in range(0, len(body), MIB))):
        answer = post(trained.predict, ONE, CSV, sent)
        assert list(map(float, answer.text.splitlines()[1:])) == pytest.approx([2 * i for i in range(n_rows)])


def test_a_client_that_sends_a_million_rows_before_it_reads_is_answered(trained: Service) -> None:
    answer = post(trained.predict, ONE, CSV, b"bmi\n" + b"1\n" * 1_000_000)
    assert answer.text.count("\n") == 1_000_001


def test_a_late_fault_leaves_the_stream_without_its_end(trained: Service) -> None:
    body = b"bmi\n" + b"1\n" * (BACKLOG_ROWS + 40_000) + b"x\n1\n"
    with pytest.raises(httpx.RemoteProtocolError, match="incomplete"):
        post(trained.predict, ONE, CSV, body)
    assert post(trained.predict, ONE, CSV, b"bmi\n1\n").status_code == 200


@full_duplex
def test_a_client_that_is_still_sending_sees_the_break_and_no_reset(trained: Service) -> None:
    body = b"bmi\n" + b"2.5\n" * 1_000_000 + b"x\n" + b"\n" * 40_000_000
    with pytest.raises(httpx.RemoteProtocolError, match="incomplete"):
        post(trained.predict, ONE, CSV, body)


def test_curl_takes_a_stream_that_broke_off_for_none(trained: Service, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_bytes(b"bmi\n" + b"1\n" * (BACKLOG_ROWS + 40_000) + b"x\n")
    ended = curl(table, str(trained.predict.base_url.join(ONE)))
    assert ended.returncode == 18  # "partial file": the transfer ended before its end
    assert ended.stdout.startswith(b"prediction\n2.0\n")


@full_duplex
def test_a_row_is_answered_before_the_next_is_sent(trained: Service) -> None:
    with talking(trained.predict, ONE, JSON_LINES, "connection: close") as talk:
        for row, prediction in ((b"1", b"2.0"), (b"[2]", b"4.0"), (b'{"bmi": 1}', b"2.0")):
            talk.came = b""
            talk.send(row + b"\n")
            talk.expect(b'{"prediction": %s}\n' % prediction)
        talk.send(b"")
        assert talk.rest().endswith(b"0\r\n\r\n")


@full_duplex
def test_a_fault_behind_an_answer_ends_the_connection_without_the_last_chunk(trained: Service) -> None:
    with talking(trained.predict, ONE, CSV) as talk:
        talk.send(b"bmi\n1\n")
        talk.expect(b"2.0\n")
        talk.send(b"x\n")
        assert talk.rest().endswith(b"2.0\n\r\n")


@full_duplex
def test_others_are_answered_while_streams_are_open(trained: Service) -> None:
    begin = partial(talking, trained.predict, ONE, CSV)
    with begin() as first, begin() as second:
        for talk in (first, second):
            talk.send(b"bmi\n1\n")
            talk.expect(b"2.0\n")
        assert trained.predict.post("/stream", json={"record": 1}).text == '{"prediction":"[2.00]"}'
        assert trained.predict.get("/v1/models").status_code == 200
        for talk in (second, first):
            talk.send(b"2\n")
            talk.expect(b"4.0\n")
            talk.send(b"")
            talk.expect(b"0\r\n\r\n")


@pytest.mark.parametrize("sent", [b"", b"bmi\n", b"bmi\n1\n2"])
def test_who_leaves_leaves_nothing_behind(trained: Service, sent: bytes) -> None:
    with talking(trained.predict, ONE, CSV) as talk:
        if sent:
            talk.send(sent)
    assert post(trained.predict, ONE, CSV, b"bmi\n1\n").status_code == 200  # and no traceback: see `running`


def test_a_body_that_waits_to_be_wanted_is_sent_when_it_is(trained: Service) -> None:
    with talking(trained.predict, ONE, CSV, "expect: 100-continue", "connection: close") as talk:
        talk.expect(b"HTTP/1.1 100 Continue\r\n\r\n")
        talk.send(b"bmi\n1\n")
        talk.send(b"")
        assert b"2.0\n" in talk.rest()


def test_a_client_that_cannot_tell_an_end_from_a_break_gets_the_whole_at_once(trained: Service) -> None:
    body = b"bmi\n1\n"
    head = f"POST {ONE} HTTP/1.0\r\ncontent-type: {CSV}\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    address = (trained.predict.base_url.host, trained.predict.base_url.port or 80)
    with socket.create_connection(address, timeout=TIMEOUT_S) as connection:
        connection.sendall(head + body)
        said = Talk(connection).rest().lower()
    assert b"content-length: 15\r\n" in said
    assert said.endswith(b"\r\n\r\nprediction\n2.0\n")


@pytest.fixture
def alone(trained: Service) -> Iterator[tuple[str, int]]:
    """Run the server of the image for one test, and give its address and process."""
    (port,) = free_ports(1)
    words = command("image", "predict", "predict", port)
    place = ROOT / "functions" / "predict"
    with subprocess.Popen(words, cwd=place, env=environment(trained.store.url, port)) as process:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            until(lambda: answers(client), "the server answers")
        yield f"http://127.0.0.1:{port}{ONE}", process.pid
        process.terminate()


def peak_mib(pid: int) -> float:
    """Return the most memory that a process has held."""
    (found,) = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found) / 1024


@pytest.mark.parametrize("service", ["image"], indirect=True)
def test_memory_is_the_same_for_any_number_of_rows(alone: tuple[str, int], tmp_path: Path) -> None:
    url, pid = alone

    def streamed(n_rows: int) -> float:
        table = tmp_path / "t.csv"
        table.write_bytes(b"bmi\n" + b"".join(b"%d.123456789\n" % i for i in range(n_rows)))
        ended = curl(table, url)
        assert ended.stdout.count(b"\n") == n_rows + 1
        return peak_mib(pid)

    before = streamed(20_000)
    assert streamed(100_000) - before < 16
    assert streamed(1_500_000) - before < 16
