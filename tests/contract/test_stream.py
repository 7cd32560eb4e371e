"""`lr-sgd predict --stream`: what predict prints, by a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lr_core.cli.rows import PIECE_BYTES
from tests.certificates import new_certificate
from tests.contract.remote import serving
from tests.terminating import terminating
from tests.waiting import free_ports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contract.command import Command
    from tests.contract.remote import Remote

N_ROWS = 25_000  # several messages, the last one not full


@pytest.fixture
def remote(run: Command) -> Iterator[Remote]:
    """Serve `default` (y = 2·bmi + 1) from the store of the command's folder."""
    with serving(run.store.url, run.folder / "log") as remote:
        remote.learn("default", a="bmi,y\n0,1\n1,3\n")
        yield remote


def test_a_stream_prints_what_predict_prints(run: Command, remote: Remote) -> None:
    run.file("rows.csv", "name,bmi\n" + "".join(f"row,{i / 7}\n" for i in range(N_ROWS)))
    run.file("rows.jsonl", "".join(f'{{"bmi": {i / 7}}}\n' for i in range(N_ROWS)))
    expected = run("predict", "rows.csv")
    assert expected.out.count("\n") == N_ROWS
    for name in ("rows.csv", "rows.jsonl"):
        assert run("predict", "--stream", remote.target, name) == expected
    by_stdin = run("predict", "--stream", remote.target, "-", stdin=(run.folder / "rows.csv").read_text())
    assert by_stdin == expected
    assert run.program("predict", "--stream", remote.target, "rows.csv") == expected


def test_a_file_without_rows_prints_nothing(run: Command, remote: Remote) -> None:
    ended = run("predict", "--stream", remote.target, run.file("none.csv", "bmi\n"))
    assert (ended.status, ended.out, ended.err) == (0, "", "")


def test_a_stream_needs_no_store(run: Command, remote: Remote) -> None:
    rows = run.file("one.csv", "bmi\n3\n")
    ended = run("predict", "--stream", remote.target, "--store", "s3://nowhere", rows)
    assert ended.status == 0
    assert float(ended.out) == pytest.approx(7.0)


def test_a_stream_goes_by_tls_to_a_gateway_that_is_trusted(run: Command, remote: Remote) -> None:
    certificate = new_certificate(run.folder)
    name = "lr-predict-grpc.lr-sgd.example.com"
    rows = run.file("one.csv", "bmi\n3\n")
    with terminating(certificate, remote.target) as gateway:
        for words, status in (
            (["--tls", "--cacert", str(certificate.authority)], 0),
            (["--cacert", str(certificate.authority), "--authority", name], 0),
            (["--cacert", str(certificate.authority), "--authority", "other.example.org"], 1),
            (["--tls"], 1),
            (["--cacert", "nowhere.crt"], 1),
            ([], 1),
        ):
            ended = run("predict", "--stream", gateway, *words, rows)
            assert (ended.status, bool(ended.out)) == (status, not status), words
            assert ended.err.count("\n") == status
            assert not ended.out or float(ended.out) == pytest.approx(7.0)


def test_what_fails_is_one_line_and_status_1(run: Command, remote: Remote) -> None:
    good = run.file("good.csv", "bmi\n1\n")
    nobody = f"127.0.0.1:{free_ports(1)[0]}"
    for words, said in (
        ([remote.target, good, "--model", "nothing"], f"{remote.target}: there is no model 'nothing'"),
        ([nobody, good], f"{nobody}: "),
        ([remote.target, "nowhere.csv"], "nowhere.csv"),
        ([remote.target, run.file("other.csv", "x\n1\n")], "other.csv: expected a header with bmi, found x"),
        (
            [remote.target, run.file("large.csv", "bmi\n1\n1.7e308\n")],
            "large.csv, lines 2 to 3: the prediction of row 1 is too large for a double",
        ),
    ):
        ended = run("predict", "--stream", *words)
        assert (ended.status, ended.out) == (1, "")
        assert said in ended.err
        assert ended.err.startswith("lr-sgd: error: ")
        assert ended.err.count("\n") == 1


def test_rows_before_a_fault_are_answered(run: Command, remote: Remote) -> None:
    run.file("rows.csv", "bmi\n" + (line := "1.0000000\n") * N_ROWS + "x\n")
    ended = run("predict", "--stream", remote.target, "rows.csv")
    assert (ended.status, ended.err) == (
        1,
        f'lr-sgd: error: rows.csv, line {N_ROWS + 2}: expected a number, found "x" in column "bmi"\n',
    )
    answered = list(map(float, ended.out.split()))
    assert answered == pytest.approx([3.0] * len(answered))
    assert N_ROWS - len(answered) <= PIECE_BYTES / len(line), "all messages before the one with the fault"


@pytest.mark.parametrize("target", ["localhost", "http://localhost:8001", ":8001", "localhost:x"])
def test_what_is_no_server_is_wrong_usage(run: Command, target: str) -> None:
    ended = run("predict", "--stream", target, "rows.csv")
    assert ended.status == 2
    assert "HOST:PORT" in ended.err
