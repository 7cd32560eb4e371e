"""A planted name: nothing that the product writes holds a cell of a column that is dropped or hashed, but the table.

The tables are good ones, and such as a message is likely to quote; the ways are HTTP, events, MinIO's notifications,
the command, and what becomes of an event that fails. All that was written is looked through: objects, answers, events,
logs.
"""

from __future__ import annotations

import json
from base64 import b64encode
from contextlib import ExitStack
from itertools import product
from typing import TYPE_CHECKING, Any

import grpc
import httpx
import pytest

from lr_core.grpc.messages import ModelInferRequest
from lr_core.store import open_store
from tests.contract.command import Command
from tests.contract.conftest import running
from tests.contract.events import binary, event, ping, structured
from tests.contract.planted import BAD, GOOD, NAME, NUMBER, bytes_of, found, objects
from tests.contract.remote import serving
from tests.listening import listening
from tests.tensors import tensor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.contract.remote import Remote

RECIPES: list[dict[str, list[str]]] = [
    {"drop": ["person", "ssn"]},
    {"hash": ["person", "ssn"]},
    {"drop": ["person"], "hash": ["ssn"]},
]
ROWS = f"person,bmi\n{NAME},1\n"
LINES = [
    ("text/csv", f"{NAME},{NUMBER}\n"),
    ("text/csv", f"person,bmi\n1,{NAME}\n"),
    ("text/csv", f"person,bmi\n{NAME},1,{NAME}\n"),
    ("text/csv", f'person,bmi\n"{NAME}"x,1\n'),
    ("application/jsonlines", json.dumps({"person": NAME, "bmi": NAME})),
    ("application/jsonlines", json.dumps([NAME])),
    ("application/jsonlines", f'{{"person": {NAME}}}'),
]
INSTANCES: list[Any] = [
    [{"person": NAME, "bmi": NAME}],
    [{"person": NAME}],
    [{"bmi": {"person": NAME}}],
    [[NAME, 1]],
    [[NUMBER]],
    [NAME],
    NAME,
    {"person": NAME},
]
RECORDS: list[Any] = [NAME, {"person": NAME}, [NAME, 1], [NUMBER, NAME]]


class Heard(list[tuple[str, bytes]]):
    """All that was heard, each with where."""

    def answer(self, asked: str, answer: httpx.Response) -> httpx.Response:
        """Note an answer."""
        self.append((f"headers for {asked}", repr(answer.headers).encode()))
        self.append((f"body for {asked}", answer.content))
        return answer


def requests_of_predict(model: str) -> Iterator[tuple[str, dict[str, str], bytes | Iterator[bytes]]]:
    """Yield requests whose answers are likely to quote what they were sent: path, headers, body."""
    as_json = {"content-type": "application/json"}
    for instances in INSTANCES:
        for verb in ("predict", "explain"):
            yield f"/v1/models/{model}:{verb}", as_json, json.dumps({"instances": instances}).encode()
    for record in RECORDS:
        yield "/stream", as_json, json.dumps({"record": record}).encode()
        yield "/batch", as_json, json.dumps({"records": [record]}).encode()
        yield "/batch", as_json, json.dumps({"records": record}).encode()
    for data in ([NAME], NAME, [[NAME, NAME]]):
        for datatype in ("FP64", "BYTES", "BOOL", "INT8"):
            inputs = [tensor([], 1, 1, datatype=datatype) | {"data": data}]
            yield f"/v2/models/{model}/infer", as_json, json.dumps({"inputs": inputs}).encode()
    yield f"/v2/models/{model}/infer", as_json, json.dumps({"inputs": [NAME, {"person": NAME}]}).encode()
    yield f"/v1/models/{model}:predict", as_json, f'{{"instances": [{NAME}]}}'.encode()
    for kind, body in LINES:
        yield f"/v1/models/{model}:predict", {"content-type": kind}, body.encode()
        yield f"/v1/models/{model}:predict", {"content-type": kind}, body.encode("latin-1")
    yield f"/v1/models/{model}:predict", {"content-type": "text/csv"}, breaking_off()


def breaking_off() -> Iterator[bytes]:
    """Yield a body of lines that is in order until an answer must have begun."""
    yield b"person,bmi\n"
    for _ in range(64):
        yield f"{NAME},1\n".encode() * 2000
    yield f"1,{NAME}\n".encode()


def ask_predict(client: httpx.Client, model: str, heard: Heard) -> set[int]:
    """Ask predict all of these, and return the statuses."""
    statuses = set()
    for path, headers, body in requests_of_predict(model):
        try:
            statuses.add(heard.answer(path, client.post(path, headers=headers, content=body)).status_code)
        except httpx.RemoteProtocolError as error:  # the stream that broke off
            heard.append((path, str(error).encode()))
            statuses.add(0)
    for path in ("/", f"/v1/models/{model}", f"/v2/models/{model}", "/openapi.json"):
        heard.answer(path, client.get(path))
    return statuses


def ask_grpc(remote: Remote, model: str, heard: Heard) -> None:
    """Ask a server of gRPC what its answers are likely to quote."""
    contents: list[dict[str, list[Any]]] = [
        {"bytes_contents": [NAME.encode()]},
        {"fp64_contents": [float(NUMBER), float("nan")]},
        {"int64_contents": [int(NUMBER)]},
    ]
    for each, datatype in product(contents, ("FP64", "BYTES", "INT8", "BOOL", NAME)):
        tensor = {"name": "X", "datatype": datatype, "shape": [1, 1], "contents": each}
        with pytest.raises(grpc.RpcError) as error:
            remote.call("ModelInfer", model_name=model, inputs=[tensor])
        heard.append((f"gRPC {datatype}", f"{error.value}{error.value.trailing_metadata()}".encode()))
        (answer,) = remote.stream([ModelInferRequest(model_name=model, inputs=[tensor])])
        assert answer.error_message
        heard.append((f"gRPC's stream {datatype}", answer.SerializeToString()))
    heard.append(("gRPC", remote.call("ModelMetadata", name=model)[0].SerializeToString()))


def ask_train(client: httpx.Client, model: str, heard: Heard, *names: str) -> dict[str, bytes]:
    """Ask train in all ways, and return the answers to events of tables that cannot be learned, by the table."""
    for fields in ({}, {"dry_run": True}, {"solver": "sgd", "dry_run": True}, {"features": ["note"]}):
        heard.answer(f"train {fields}", client.post("/train", json={"model": model, **fields}))
    for data in ({"model": model}, {"model": "*"}):
        headers, body = binary(ping(data))
        heard.answer("ping", client.post("/train", headers=headers, content=body))
    refused = {}
    for name in names:
        for mode in (binary, structured):
            headers, body = mode(event(f"data/{model}/{name}.csv"))
            answer = heard.answer(f"event of {name}", client.post("/train", headers=headers, content=body))
            if answer.status_code == 422:
                refused[name] = answer.content
        heard.answer("notification", client.post("/notifications", json=notification(f"data/{model}/{name}.csv")))
    return refused


def notification(key: str) -> dict[str, Any]:
    """Return what MinIO sends of an object."""
    record = {
        "eventVersion": "2.0",
        "eventSource": "minio:s3",
        "eventTime": "2026-01-31T12:00:00.000Z",
        "eventName": "s3:ObjectCreated:Put",
        "s3": {"bucket": {"name": "b"}, "object": {"key": key, "eTag": "e", "sequencer": "1"}},
        "responseElements": {"x-amz-request-id": "1"},
    }
    return {"EventName": "s3:ObjectCreated:Put", "Key": f"b/{key}", "Records": [record]}


def give_up(client: httpx.Client, model: str, refused: dict[str, bytes], heard: Heard) -> None:
    """Hand events to who keeps them, as Knative does: with what was answered."""
    for name, answered in refused.items():
        headers, body = binary(event(f"data/{model}/{name}.csv"))
        added = {"ce-knativeerrorcode": "422", "ce-knativeerrordata": b64encode(answered).decode()}
        assert heard.answer(f"letter of {name}", client.post("/", headers=headers | added, content=body)).is_success


@pytest.mark.parametrize(
    ("private", "has_sink"),
    [
        pytest.param(RECIPES[0], False, id="drop", marks=pytest.mark.heavy),
        pytest.param(RECIPES[1], True, id="hash, a sink", marks=pytest.mark.heavy),
        pytest.param(RECIPES[2], True, id="both, a sink"),
    ],
)
def test_what_is_served_shows_no_planted_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], private: dict[str, list[str]], *, has_sink: bool
) -> None:
    heard, folder = Heard(), tmp_path / "bucket" / "data" / "default"
    folder.mkdir(parents=True)
    url = (tmp_path / "bucket").as_uri()
    with ExitStack() as stack:
        sink = stack.enter_context(listening()) if has_sink else None
        more = {"LR_HASH_KEY": "key"} | ({"K_SINK": sink.url} if sink else {})
        client = stack.enter_context(running("serve", "train", url, **more))
        keeper = stack.enter_context(running("image", "train", url, "deadletters"))
        for name in BAD:
            (folder / f"{name}.csv").write_bytes(bytes_of(name))
        alone = heard.answer("train", client.post("/train", json=private))
        assert alone.status_code == 422
        (folder / "good.csv").write_text(GOOD)
        trained = heard.answer("train", client.post("/train", json=private))
        assert trained.status_code == 200, trained.text
        assert {each["key"] for each in trained.json()["excluded"]} == {f"data/default/{name}.csv" for name in BAD}
        refused = ask_train(client, "default", heard, *BAD, "good")
        assert refused.keys() == BAD.keys()
        give_up(keeper, "default", refused, heard)
        assert ask_predict(client, "default", heard) == {0, 400, 422}
        with serving(url, tmp_path / "log of gRPC") as remote:
            ask_grpc(remote, "default", heard)
            for number, (_, text) in enumerate(LINES):
                (tmp_path / str(number)).write_text(text)
                ended = Command(tmp_path)("predict", str(number), "--stream", remote.target)
                assert ended.status == 1, ended
                heard.append((f"stream {text}", (ended.out + ended.err).encode()))
        heard.append(("log of gRPC", (tmp_path / "log of gRPC").read_bytes()))
        heard += [(f"event {message.headers}", message.body) for message in (sink.received if sink else ())]
    log = capsys.readouterr().out
    assert "a stream broke off" in log
    assert "kept as dead-letters/" in log
    store = open_store(url)
    assert {item.key.partition("/")[0] for item in store.list_objects("")} == {
        "data", "dead-letters", "models", "statistics",
    }  # fmt: skip
    assert found([*heard, *objects(store), ("log", log.encode())]) == []


@pytest.mark.parametrize(
    "private",
    [pytest.param(RECIPES[0], id="drop"), pytest.param(RECIPES[1], id="hash", marks=pytest.mark.heavy)],
)
def test_the_command_shows_no_planted_name(tmp_path: Path, private: dict[str, list[str]]) -> None:
    run = Command(tmp_path, {"LR_HASH_KEY": "key"})
    options = [word for field, names in private.items() for word in (f"--{field}", ",".join(names))]
    good = run.file("good.csv", GOOD)
    for name in BAD:
        (run.folder / f"{name}.csv").write_bytes(bytes_of(name))
    said = Heard()

    def told(*words: str, status: int = 0) -> None:
        ended = run(*words)
        assert ended.status == status, (words, ended)
        said.append((" ".join(words), (ended.out + ended.err).encode()))

    told("models", "create", "--json", *options)
    for name in BAD:
        told("fit", f"{name}.csv", status=1)
        told("fit", f"{name}.csv", "--features", "bmi", "--target", "y", "--missing", "drop", status=1)
    told("fit", good, *options)
    for name in BAD:
        told("fit", f"{name}.csv", status=1)
        told("check", f"{name}.csv", status=1)
        (run.folder / ".lr-sgd" / "data" / "default" / f"{name}.csv").write_bytes(bytes_of(name))
    for words in (["fit"], ["fit", "--json"], ["check", good], ["check", good, "--json"]):
        told(*words)
    (run.folder / "rows.csv").write_text(ROWS)
    told("predict", "rows.csv")
    for number, (_, text) in enumerate(LINES):
        told("predict", run.file(f"rows{number}", text), status=1)
    (run.folder / "latin").write_bytes(LINES[1][1].encode("latin-1"))
    told("predict", "latin", status=1)
    for words in (["list"], ["show"], ["history"], ["sweep"], ["diff", "2", "3"]):
        told("models", *words)
        told("models", *words, "--json")
    told("models", "forget", "data/default/shifted.csv")
    assert found([*said, *objects(run.store)]) == []


def test_the_search_finds_what_is_shown_where_nothing_is_private(run: Command) -> None:
    for name in set(BAD) - {"ragged", "quoted", "latin", "empty", "missing"}:  # of which no cell is shown
        run.file(f"{name}.csv", BAD[name])
        ended = run("fit", f"{name}.csv", "--features", "bmi", "--target", "y")
        assert found([(name, ended.err.encode())]), (name, ended)
    run("fit", run.file("good.csv", GOOD), "--features", "bmi", "--target", "y")
    (run.folder / ".lr-sgd/data/default/bad.csv").write_text(BAD["shifted"])
    run("fit")
    assert found(objects(run.store))
    assert found([("rows", run("predict", run.file("rows", LINES[1][1])).err.encode())])
