"""Train, notify and deadletters as they are deployed: processes of their own, with a sink."""

from __future__ import annotations

import json
from base64 import b64decode
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from lr_core.store import open_store
from tests.contract.conftest import running
from tests.contract.events import CREATED, REMOVED, binary, event, ping
from tests.listening import listening

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from lr_core.store import Store
    from tests.listening import Listener, Message

LINE = b"bmi,y\n1,2\n2,4\n"
BAD = b"bmi,y\n1,x\n"
TOKEN = "token-of-minio"
OWN = "own"
BEARER = {"authorization": f"Bearer {TOKEN}"}


@dataclass(frozen=True)
class Companions:
    """Where the three targets of train's folder answer, and what the sink hears."""

    train: httpx.Client
    notify: httpx.Client
    deadletters: httpx.Client
    sink: Listener
    store: Store


@pytest.fixture(scope="module", params=["functions-framework", "image"])
def deployed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Companions]:
    url = (tmp_path_factory.mktemp("store") / "bucket").as_uri()
    with ExitStack() as stack:
        sink = stack.enter_context(listening())
        train, notify, deadletters = (
            stack.enter_context(
                running(
                    request.param, "train", url, target=target, K_SINK=sink.url, LR_NOTIFY_TOKEN=TOKEN, LR_MODEL=OWN
                )
            )
            for target in ("train", "notify", "deadletters")
        )
        yield Companions(train, notify, deadletters, sink, open_store(url))


@pytest.fixture
def companions(deployed: Companions) -> Companions:
    """Give them with a sink that has heard nothing and takes all."""
    deployed.sink.received.clear()
    deployed.sink.answers.clear()
    return deployed


def record(key: str, name: str = "s3:ObjectCreated:Put", **more: Any) -> dict[str, Any]:
    """Return a record as MinIO makes it."""
    return {
        "eventVersion": "2.0",
        "eventSource": "minio:s3",
        "awsRegion": "",
        "eventTime": "2026-01-31T12:00:00.000Z",
        "eventName": name,
        "userIdentity": {"principalId": "operator"},
        "responseElements": {"x-amz-id-2": "dd9025bab4ad", "x-amz-request-id": "188F2A3C4B5D6E7F"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": "linear-regression", "arn": "arn:aws:s3:::linear-regression"},
            "object": {"key": key, "size": 9, "eTag": "e", "sequencer": "188F2A3C4B7A1B2C"},
        },
        **more,
    }


def notification(*records: Any) -> dict[str, Any]:
    return {"EventName": "s3:ObjectCreated:Put", "Key": "linear-regression/x", "Records": list(records)}


def attributes(message: Message) -> dict[str, str]:
    return {name: value for name, value in message.headers.items() if name.startswith("ce-")}


def name() -> str:
    return f"m{uuid4().hex[:8]}"


def test_a_notification_becomes_an_event_by_the_rules_of_the_s3_adapter(companions: Companions) -> None:
    key = "data/m/a b+ü 100%.csv"
    one = record("data%2Fm%2Fa+b%2B%C3%BC+100%25.csv")
    answer = companions.notify.post("/notifications", json=notification(one), headers=BEARER)
    assert (answer.status_code, answer.content) == (204, b"")
    (message,) = companions.sink.take()
    assert message.path == "/ns/default"
    assert message.headers["content-type"] == "application/json"
    assert attributes(message) == {
        "ce-specversion": "1.0",
        "ce-type": CREATED,
        "ce-source": "minio:s3..linear-regression",
        "ce-subject": "data/m/a%20b+%C3%BC%20100%25.csv",
        "ce-time": "2026-01-31T12:00:00.000Z",
        "ce-id": f"188F2A3C4B5D6E7F.188F2A3C4B7A1B2C.{sha256(key.encode()).hexdigest()}",
    }
    assert json.loads(message.body) == one


def test_each_record_of_a_notification_becomes_an_event_of_its_own(companions: Companions) -> None:
    records = [record("data%2Fm%2Fa.csv"), record("data%2Fm%2Fb.csv", "s3:ObjectRemoved:Delete")]
    assert companions.notify.post("/notifications", json=notification(*records), headers=BEARER).status_code == 204
    sent = [attributes(message) for message in companions.sink.take()]
    assert [(each["ce-type"], each["ce-subject"]) for each in sent] == [
        (CREATED, "data/m/a.csv"),
        (REMOVED, "data/m/b.csv"),
    ]


@pytest.mark.parametrize("status", [404, 408, 409, 429, 500, 503])
def test_what_the_sink_may_take_later_is_503(companions: Companions, status: int) -> None:
    companions.sink.answers.append(status)
    answer = companions.notify.post("/notifications", json=notification(record("data%2Fm%2Fa.csv")), headers=BEARER)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert companions.sink.url not in answer.text


@pytest.mark.parametrize("status", [400, 401, 403, 413, 415, 422, 302])
def test_what_the_sink_will_never_take_is_taken_and_logged(companions: Companions, status: int) -> None:
    companions.sink.answers.append(status)
    two = notification(record("data%2Fm%2Fa.csv"), record("data%2Fm%2Fb.csv"))
    assert companions.notify.post("/notifications", json=two, headers=BEARER).status_code == 204
    assert len(companions.sink.take()) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"{}",
        b'{"Records": 5}',
        b'{"Records": [5, {}, {"s3": {}}]}',
        b'{"Records": [{"eventName": "x", "eventTime": "", "s3": {"bucket": {"name": ""}, "object": {"key": "%FF"}}}]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_notification_is_taken_so_that_it_does_not_stop_the_queue(
    companions: Companions, body: bytes
) -> None:
    assert companions.notify.post("/notifications", content=body, headers=BEARER).status_code == 204
    assert companions.sink.take() == []


@pytest.mark.parametrize(
    "said", [{}, {"authorization": "Bearer other"}, {"authorization": TOKEN}, {"authorization": "é"}]
)
def test_a_wrong_token_is_401(companions: Companions, said: dict[str, str]) -> None:
    headers = [(each.encode(), value.encode()) for each, value in said.items()]
    answer = companions.notify.post("/notifications", json=notification(record("data%2Fm%2Fa.csv")), headers=headers)
    assert answer.status_code == 401
    wrong = ', error="invalid_token"' if said else ""
    assert answer.headers["www-authenticate"] == f'Bearer realm="lr-sgd"{wrong}'
    assert answer.json()["type"].endswith("/unauthenticated")
    assert companions.sink.take() == []


def test_notify_has_its_own_routes_alone(companions: Companions) -> None:
    assert companions.notify.get("/notifications").status_code == 405
    assert companions.notify.get("/train").status_code == 404
    assert companions.notify.get("/openapi.json").json()["paths"].keys() >= {"/notifications"}


def test_a_training_that_a_request_asked_for_is_announced_to_the_sink(companions: Companions) -> None:
    model = name()
    companions.store.create(f"data/{model}/a.csv", LINE)
    summary = companions.train.post("/train", json={"model": model}).json()
    (message,) = companions.sink.take()
    assert message.headers["ce-type"] == "io.github.lr-sgd.model.trained"
    assert message.headers["ce-id"] == f"{model}/latest/1"
    assert json.loads(message.body) == summary
    assert companions.train.post("/train", json={"model": model}).json()["trained"] is False
    assert companions.sink.take() == []


def test_a_request_whose_training_the_sink_does_not_hear_of_says_so_and_may_be_repeated(companions: Companions) -> None:
    model = name()
    companions.store.create(f"data/{model}/a.csv", LINE)
    companions.sink.answers.append(500)
    headers = {"x-request-id": model}
    answer = companions.train.post("/train", json={"model": model}, headers=headers)
    assert answer.status_code == 200
    assert "model.trained" in answer.json()["warnings"][-1]
    assert companions.train.post("/train", json={"model": model}, headers=headers).json()["warnings"] == []
    assert [message.headers["ce-id"] for message in companions.sink.take()] == [f"{model}/latest/1"] * 2


def test_an_event_that_is_answered_with_an_event_is_not_announced_twice(companions: Companions) -> None:
    model = name()
    companions.store.create(f"data/{model}/a.csv", LINE)
    headers, body = binary(event(f"data/{model}/a.csv"))
    assert companions.train.post("/", headers=headers, content=body).status_code == 200
    assert companions.sink.take() == []


def test_what_the_event_of_a_bad_table_has_trained_is_announced_and_again_where_that_failed(
    companions: Companions,
) -> None:
    model = name()
    companions.store.create(f"data/{model}/a.csv", LINE)
    companions.store.create(f"data/{model}/bad.csv", BAD)
    headers, body = binary(event(f"data/{model}/bad.csv"))
    companions.sink.answers.append(503)
    answer = companions.train.post("/train", headers=headers, content=body)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert companions.train.post("/train", headers=headers, content=body).status_code == 422
    assert [message.headers["ce-id"] for message in companions.sink.take()] == [f"{model}/latest/1"] * 2


def test_a_sink_that_refuses_an_announcement_leaves_the_event_of_a_bad_table_422(companions: Companions) -> None:
    model = name()
    companions.store.create(f"data/{model}/a.csv", LINE)
    companions.store.create(f"data/{model}/bad.csv", BAD)
    headers, body = binary(event(f"data/{model}/bad.csv"))
    companions.sink.answers.append(413)
    assert companions.train.post("/train", headers=headers, content=body).status_code == 422


def test_what_a_ping_for_all_has_trained_is_announced_and_again_where_that_failed(companions: Companions) -> None:
    models = sorted([name(), name()])
    for model in models:
        companions.store.create(f"data/{model}/a.csv", LINE)
    headers, body = binary(ping({"model": "*"}))
    companions.sink.answers[:] = [500]
    assert companions.train.post("/train", headers=headers, content=body).status_code == 503
    assert companions.train.post("/train", headers=headers, content=body).status_code == 204
    announced = [message.headers["ce-id"] for message in companions.sink.take()]
    assert sorted(announced) == sorted([f"{model}/latest/1" for model in models] * 2)
    assert companions.train.post("/train", headers=binary(ping({"model": "*"}))[0], content=body).status_code == 204
    assert companions.sink.take() == []


def test_a_ping_without_data_is_for_the_model_of_the_settings(companions: Companions) -> None:
    companions.store.create(f"data/{OWN}/a.csv", LINE)
    headers, _ = binary(ping({}))
    assert companions.train.post("/train", headers=headers).headers["ce-id"] == f"{OWN}/latest/1"
    assert companions.train.post("/train", headers=binary(ping({}))[0], content=b"{}").status_code == 204


def dead(made: Any, status: str, data: str) -> tuple[dict[str, str], bytes]:
    """Return an event as Knative gives it up."""
    headers, body = binary(made)
    return {
        **headers,
        "ce-knativeerrordest": "http://lr-train/train",
        "ce-knativeerrorcode": status,
        "ce-knativeerrordata": data,
    }, body


def test_a_dead_letter_is_kept_as_it_came_with_what_was_wrong(companions: Companions) -> None:
    made = event("data/m/ü.csv", data={"s3": {"object": {"size": 9}}})
    headers, body = dead(made, "422", "eyJ0aXRsZSI6ICJUaGUgaW5wdXQg4oCm")  # breaks off amid a JSON text
    answer = companions.deadletters.post("/", headers=headers, content=body)
    assert (answer.status_code, answer.content) == (204, b"")
    named = sha256(f"{made['source']}\n{made['id']}".encode()).hexdigest()
    letter = json.loads(companions.store.get(f"dead-letters/{named}.json").data)
    assert letter["format"] == 1
    assert letter["event"] == {
        "specversion": "1.0",
        "id": made["id"],
        "source": made["source"],
        "type": CREATED,
        "subject": "data/m/ü.csv",
        "time": made["time"],
        "datacontenttype": "application/json",
        "data": {"s3": {"object": {"size": 9}}},
    }
    assert letter["error"] == {
        "destination": "http://lr-train/train",
        "code": 422,
        "data": '{"title": "The input …',
    }


@pytest.mark.parametrize("body", [b"{", b"hello", b'{"n": "\xff"}'])
def test_an_event_that_train_could_not_read_is_kept_with_the_bytes_that_it_had(
    companions: Companions, body: bytes
) -> None:
    made = event("data/m/a.csv")
    headers, _ = dead(made, "400", "")
    assert companions.train.post("/train", headers=headers, content=body).status_code == 400
    assert companions.deadletters.post("/", headers=headers, content=body).status_code == 204
    named = sha256(f"{made['source']}\n{made['id']}".encode()).hexdigest()
    letter = json.loads(companions.store.get(f"dead-letters/{named}.json").data)
    assert b64decode(letter["event"]["data_base64"]) == body


def test_a_dead_letter_that_comes_again_takes_the_place_of_the_first(companions: Companions) -> None:
    made = event("data/m/a.csv")
    for status in ("500", "422"):
        headers, body = dead(made, status, "no base64!")
        assert companions.deadletters.post("/", headers=headers, content=body).status_code == 204
    named = sha256(f"{made['source']}\n{made['id']}".encode()).hexdigest()
    letter = json.loads(companions.store.get(f"dead-letters/{named}.json").data)
    assert letter["error"] == {"destination": "http://lr-train/train", "code": 422, "data": "no base64!"}


def test_a_status_that_is_none_is_left_out_of_a_letter(companions: Companions) -> None:
    made = event("data/m/a.csv")
    headers, body = dead(made, "9" * 5000, "")
    assert companions.deadletters.post("/", headers=headers, content=body).status_code == 204
    named = sha256(f"{made['source']}\n{made['id']}".encode()).hexdigest()
    assert json.loads(companions.store.get(f"dead-letters/{named}.json").data)["error"]["code"] is None


def test_a_dead_letter_that_is_no_event_is_refused_for_good(companions: Companions) -> None:
    assert companions.deadletters.post("/", content=b"x").status_code == 400
    assert companions.deadletters.get("/").status_code == 405
