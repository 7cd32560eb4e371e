"""The command's client holds a few batches, whatever it is given."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BufferedReader, BytesIO
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from lr_core.cli.rows import PIECE_BYTES
from lr_core.cli.stream import batched
from lr_core.grpc import messages
from lr_core.grpc.answers import streamed
from lr_core.grpc.client import WINDOW, Batch, Client, RemoteError, Trust
from lr_core.protocols.lines.formats import FORMATS
from tests.certificates import new_certificate
from tests.unit.grpc.calls import find

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.certificates import Certificate


@contextmanager
def serving(method: Any, certificate: Certificate | None = None) -> Iterator[str]:
    """Serve one method for `ModelStreamInfer`, which takes an iterator of bytes, and give host and port."""
    server = grpc.server(ThreadPoolExecutor(2))
    handlers = {"ModelStreamInfer": grpc.stream_stream_rpc_method_handler(method)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(messages.SERVICE, handlers),))
    port = server.add_secure_port("127.0.0.1:0", credentials(certificate)) if certificate else None
    port = port or server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


def credentials(certificate: Certificate) -> grpc.ServerCredentials:
    return grpc.ssl_server_credentials([(certificate.key.read_bytes(), certificate.chain.read_bytes())])


@contextmanager
def answering(method: Any) -> Iterator[Client]:
    """Serve a method, and connect to it."""
    with serving(method) as target, Client(target) as client:
        yield client


def as_the_server_does(requests: Any, _context: Any) -> Iterator[bytes]:
    for data in requests:
        yield streamed(data, find).body


def test_batches_are_read_as_answers_come() -> None:
    read = 0

    def batches() -> Iterator[Batch]:
        nonlocal read
        for i in range(100):
            read += 1
            yield Batch(str(i), [(float(i), 0.0)] * 2000)

    with answering(as_the_server_does) as client:
        for taken, values in enumerate(client.predict("two", "", batches())):
            assert len(values) == 2000
            assert read <= taken + 1 + WINDOW
    assert read == 100


def test_a_server_that_ends_early_is_no_end_of_the_rows() -> None:
    def one_answer(requests: Any, _context: Any) -> Iterator[bytes]:
        yield streamed(next(requests), find).body

    with answering(one_answer) as client:
        answers = client.predict("two", "", [Batch("a", [(1.0, 2.0)]), Batch("b", [(1.0, 2.0)])])
        assert len(next(answers)) == 1
        with pytest.raises(RemoteError, match="ended the stream before it had answered b"):
            next(answers)


def test_an_answer_of_another_length_is_none() -> None:
    def short(requests: Any, _context: Any) -> Iterator[bytes]:
        for _ in requests:
            yield messages.ModelStreamInferResponse().SerializeToString()

    with answering(short) as client, pytest.raises(RemoteError, match="expected 8 bytes of predictions, found 0"):
        list(client.predict("two", "", [Batch("a", [(1.0, 2.0)])]))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return new_certificate(tmp_path_factory.mktemp("tls"))


def asked(target: str, authority: str | None, tls: Trust | None) -> int:
    """Return how many predictions a server makes of two rows."""
    with Client(target, authority, tls) as client:
        return sum(map(len, client.predict("two", "", [Batch("a", [(1.0, 2.0), (3.0, 4.0)])])))


@pytest.mark.parametrize("authority", [None, "lr-predict-grpc.lr-sgd.example.com"])
def test_a_server_is_trusted_by_the_name_that_it_is_called_by(certificate: Certificate, authority: str | None) -> None:
    with serving(as_the_server_does, certificate) as target:
        assert asked(target, authority, Trust(certificate.authority.read_bytes())) == 2


def test_a_server_without_a_certificate_for_its_name_or_of_a_known_authority_is_refused(
    certificate: Certificate, tmp_path: Path
) -> None:
    other = new_certificate(tmp_path).authority.read_bytes()
    known = certificate.authority.read_bytes()
    with serving(as_the_server_does, certificate) as target:
        for authority, tls in (
            ("other.example.org", Trust(known)),
            (None, Trust(other)),
            (None, Trust()),
            (None, None),
        ):
            with pytest.raises(RemoteError, match=f"^{target}: "):
                asked(target, authority, tls)


@pytest.mark.parametrize("n_features", [1, 13, 2047])
def test_messages_of_wide_rows_have_fewer_of_them(n_features: int) -> None:
    names = [f"x{i}" for i in range(n_features)]
    n_rows = 1 + 3 * PIECE_BYTES // (2 * n_features)
    text = "\n".join((",".join(names), *[",".join("1" * n_features)] * n_rows)).encode()
    batches = list(batched(FORMATS["text/csv"].rows(names), "rows.csv", BufferedReader(BytesIO(text), 1 << 20)))
    assert sum(len(batch.rows) for batch in batches) == n_rows
    assert 8 * n_features * max(len(batch.rows) for batch in batches) <= 4 * PIECE_BYTES + 8 * n_features
    places = [batch.place for batch in batches]
    assert (places[0][:18], places[-1].endswith(f" to {n_rows + 1}")) == ("rows.csv, lines 2 ", True)
