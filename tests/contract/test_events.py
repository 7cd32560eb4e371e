from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from lr_core.life.point import rollback
from tests.contract.events import REMOVED, binary, event, ping, structured

if TYPE_CHECKING:
    import httpx
    from cloudevents.http import CloudEvent

    from tests.contract.conftest import Service

LINE = "bmi,y\n1,2\n2,4\n"
OTHER = "bmi,y\n3,9\n"
BAD = "bmi,y\n1,x\n"
MODES = pytest.mark.parametrize("mode", [binary, structured])


def new_model(service: Service, **tables: str) -> str:
    name = f"m{uuid4().hex[:8]}"
    for table, text in tables.items():
        service.put(f"data/{name}/{table}.csv", text)
    return name


def send(service: Service, made: CloudEvent, mode: Any = binary, path: str = "/train") -> httpx.Response:
    headers, body = mode(made)
    return service.train.post(path, headers=headers, content=body)


def summary(service: Service, model: str) -> Any:
    return service.train.get("/train", params={"model": model}).json()


def problem(response: httpx.Response, status: int) -> Any:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    return response.json()


@MODES
def test_an_event_of_a_table_trains_its_model_and_is_answered_with_an_event(service: Service, mode: Any) -> None:
    model = new_model(service, a=LINE)
    answer = send(service, event(f"data/{model}/a.csv"), mode)
    assert answer.status_code == 200, answer.text
    trained = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["lr-model-version"] == trained["version"]
    attributes = {name: value for name, value in answer.headers.items() if name.startswith("ce-")}
    time = attributes.pop("ce-time")
    assert attributes == {
        "ce-specversion": "1.0",
        "ce-type": "io.github.lr-sgd.model.trained",
        "ce-source": f"/lr-sgd/models/{model}",
        "ce-subject": f"models/{model}/versions/{trained['version']}",
        "ce-id": f"{model}/latest/1",
    }
    alias = json.loads(service.store.get(f"models/{model}/aliases/latest.json").data)
    assert time == alias["at"]
    assert trained == {**summary(service, model), "trained": True}


def test_the_event_that_caused_the_present_generation_gets_the_same_answer_to_the_byte(service: Service) -> None:
    model = new_model(service, a=LINE)
    made = event(f"data/{model}/a.csv")
    first, again = send(service, made), send(service, made, structured)
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    volatile = {"date", "server", "function-execution-id"}
    assert {k: v for k, v in first.headers.items() if k not in volatile} == {
        k: v for k, v in again.headers.items() if k not in volatile
    }
    assert summary(service, model)["generation"] == 1


def test_another_event_of_what_is_learned_already_changes_nothing_and_says_nothing(service: Service) -> None:
    model = new_model(service, a=LINE)
    assert send(service, event(f"data/{model}/a.csv")).status_code == 200
    answer = send(service, event(f"data/{model}/a.csv"))
    assert (answer.status_code, answer.content) == (204, b"")
    assert not {"content-length", "transfer-encoding"} & set(answer.headers)
    assert summary(service, model)["generation"] == 1


def test_an_event_that_was_superseded_says_nothing_when_it_comes_again(service: Service) -> None:
    model = new_model(service, a=LINE)
    made = event(f"data/{model}/a.csv")
    send(service, made)
    service.put(f"data/{model}/b.csv", OTHER)
    assert send(service, event(f"data/{model}/b.csv")).status_code == 200
    assert send(service, made).status_code == 204


def test_a_removed_table_is_unlearned_and_the_last_one_empties_the_model(service: Service) -> None:
    model = new_model(service, a=LINE, b=OTHER)
    assert send(service, event(f"data/{model}/a.csv")).json()["n_samples"] == 3
    service.store.delete(f"data/{model}/b.csv")
    assert send(service, event(f"data/{model}/b.csv", REMOVED)).json()["n_samples"] == 2
    service.store.delete(f"data/{model}/a.csv")
    answer = send(service, event(f"data/{model}/a.csv", REMOVED))
    assert answer.status_code == 200
    assert answer.headers["ce-subject"] == f"models/{model}"
    assert "lr-model-version" not in answer.headers
    emptied = answer.json()
    assert (emptied["version"], emptied["coef"], emptied["n_samples"], emptied["trained"]) == (None, None, 0, True)
    assert send(service, event(f"data/{model}/a.csv", REMOVED)).status_code == 204


def test_an_event_of_no_table_and_no_version_is_nothing_to_do(service: Service) -> None:
    assert send(service, event(f"data/{new_model(service)}/a.csv")).status_code == 204


@pytest.mark.parametrize(
    "key",
    ["models/m/aliases/latest.json", "data/a.csv", "data/m/_a.csv", "data/m/a.txt", "data/m/", "data/-m/a.csv", "x"],
)
def test_an_event_of_an_object_that_is_no_table_is_nothing_to_do(service: Service, key: str) -> None:
    assert send(service, event(key)).status_code == 204


@pytest.mark.parametrize("name", ["a b+ü.csv", "100%.csv", "sub/a%20b.csv", "a\"b'.csv", "日本.csv"])
@MODES
def test_any_key_survives_the_way(service: Service, name: str, mode: Any) -> None:
    model = new_model(service)
    service.put(f"data/{model}/{name}", BAD)
    said = problem(send(service, event(f"data/{model}/{name}"), mode), 422)
    assert f"data/{model}/{name}" in said["errors"][0]["detail"]


def test_a_subject_that_its_sender_did_not_encode_is_read_too(service: Service) -> None:
    model = new_model(service)
    service.put(f"data/{model}/ü b.csv", BAD)
    headers, body = binary(event("x"))
    raw = {name.encode(): value.encode() for name, value in headers.items()}
    raw[b"ce-subject"] = f"data/{model}/ü b.csv".encode()
    answer = service.train.post("/train", headers=list(raw.items()), content=body)
    assert f"data/{model}/ü b.csv" in problem(answer, 422)["errors"][0]["detail"]


def test_a_table_that_cannot_be_learned_is_a_fault_of_its_own_event_alone(service: Service) -> None:
    model = new_model(service, a=LINE, bad=BAD)
    answer = send(service, event(f"data/{model}/a.csv"))
    assert answer.status_code == 200
    assert [each["key"] for each in answer.json()["excluded"]] == [f"data/{model}/bad.csv"]
    for _ in range(2):
        said = problem(send(service, event(f"data/{model}/bad.csv")), 422)
        assert said["type"].endswith("/invalid-input")
        assert "line 2" in said["errors"][0]["detail"]
    assert send(service, event(f"data/{model}/a.csv", REMOVED)).status_code == 204
    assert summary(service, model)["generation"] == 1


def test_a_table_that_cannot_be_learned_is_a_fault_when_it_is_alone_too(service: Service) -> None:
    model = new_model(service, bad=BAD)
    for _ in range(2):
        problem(send(service, event(f"data/{model}/bad.csv")), 422)
    assert send(service, event(f"data/{model}/gone.csv", REMOVED)).status_code == 204
    service.put(f"data/{model}/bad.csv", LINE)
    assert send(service, event(f"data/{model}/bad.csv")).json()["n_samples"] == 2


def test_a_table_beyond_the_hundred_that_an_alias_names_is_a_fault_of_its_event_too(service: Service) -> None:
    model = new_model(service, a=LINE, **{f"b{number:03d}": BAD for number in range(102)})
    assert send(service, event(f"data/{model}/a.csv")).status_code == 200
    problem(send(service, event(f"data/{model}/b101.csv")), 422)
    assert send(service, event(f"data/{model}/a.csv")).status_code == 204


def test_a_bad_table_is_a_fault_of_its_event_after_a_rollback_too(service: Service) -> None:
    model = new_model(service, a=LINE)
    send(service, event(f"data/{model}/a.csv"))
    service.put(f"data/{model}/b.csv", OTHER)
    send(service, event(f"data/{model}/b.csv"))
    service.put(f"data/{model}/bad.csv", BAD)
    rollback(service.store, model, "1", {"source": "test", "id": "1"})  # it saw the bad table, and names none
    problem(send(service, event(f"data/{model}/bad.csv")), 422)
    assert send(service, event(f"data/{model}/b.csv")).status_code == 204


def test_a_bad_table_is_a_fault_while_the_others_that_came_with_it_are_learned(service: Service) -> None:
    model = new_model(service, a=LINE, bad=BAD)
    problem(send(service, event(f"data/{model}/bad.csv")), 422)
    assert summary(service, model)["n_samples"] == 2


@MODES
def test_a_ping_trains_the_model_it_names(service: Service, mode: Any) -> None:
    model = new_model(service, a=LINE, bad=BAD)
    made = ping({"model": model})
    answer = send(service, made, mode)
    assert answer.status_code == 200
    assert answer.headers["ce-id"] == f"{model}/latest/1"
    assert send(service, made).content == answer.content
    assert send(service, ping({"model": model})).status_code == 204


def test_a_ping_for_a_model_without_tables_or_with_bad_ones_alone_is_nothing_to_do(service: Service) -> None:
    for model in (new_model(service), new_model(service, bad=BAD)):
        assert send(service, ping({"model": model})).status_code == 204


@pytest.mark.parametrize("data", [{"model": 5}, {"model": "../x"}, {"solver": "sgd"}, [1], "text"])
def test_a_ping_that_asks_for_what_cannot_be_is_422(service: Service, data: Any) -> None:
    problem(send(service, ping(data)), 422)


def test_an_event_of_an_unknown_type_is_422(service: Service) -> None:
    said = problem(send(service, event("data/m/a.csv", "io.github.lr-sgd.model.trained")), 422)
    assert said["type"].endswith("/unknown-event-type")


def test_a_table_event_without_a_subject_is_422(service: Service) -> None:
    headers, body = binary(event("x"))
    del headers["ce-subject"]
    assert (
        problem(service.train.post("/train", headers=headers, content=body), 422)["errors"][0]["pointer"] == "/subject"
    )


@pytest.mark.parametrize("missing", ["ce-id", "ce-source", "ce-type", "ce-specversion"])
def test_an_event_without_what_every_event_has_is_400(service: Service, missing: str) -> None:
    headers, body = binary(event("data/m/a.csv"))
    del headers[missing]
    said = problem(service.train.post("/train", headers=headers, content=body), 400)
    assert said["type"].endswith("/malformed-request")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"\xff",
        b'{"specversion":"1.0"}',
        b'{"specversion":["1.0"],"id":"1","source":"s","type":"t"}',
        b'{"specversion":"9.9","id":"1","source":"s","type":"t"}',
        b'{"specversion":"1.0","id":1,"source":"s","type":"t"}',
        b'{"specversion":"1.0","id":"1","source":"s","type":""}',
        b'{"specversion":"1.0","id":"1","source":"s","type":"t","subject":5}',
        b'{"specversion":"1.0","id":"1","source":"s","type":"t","x":{"y":1}}',
        b'{"specversion":"1.0","id":"1","source":"s","type":"dev.knative.sources.ping","data_base64":"ew=="}',
        b'{"specversion":"1.0","id":"\\ud800","source":"s","type":"t"}',
        b'{"specversion":"1.0","id":"1","source":"s","type":"t","data":["\\ud800"]}',
        b'{"specversion":"1.0","id":"a\\nb","source":"s","type":"t"}',
        b'{"specversion":"1.0","id":"' + b"x" * 2049 + b'","source":"s","type":"t"}',
        b'{"specversion":"1.0","id":"1","source":"s","type":"t","a b":"x"}',
        b"[" * 100_000,
    ],
)
def test_a_structured_event_that_is_none_is_400(service: Service, body: bytes) -> None:
    headers = {"content-type": "application/cloudevents+json; charset=utf-8"}
    problem(service.train.post("/train", headers=headers, content=body), 400)


def test_a_binary_event_whose_data_are_not_the_json_that_it_says_is_400(service: Service) -> None:
    headers, _ = binary(event("data/m/a.csv"))
    problem(service.train.post("/train", headers=headers, content=b"{"), 400)


@pytest.mark.parametrize("kind", ["application/cloudevents-batch+json", "application/cloudevents+avro"])
def test_a_batch_or_another_format_is_415(service: Service, kind: str) -> None:
    problem(service.train.post("/train", headers={"content-type": kind}, content=b"[]"), 415)


def test_a_forgotten_table_that_is_put_again_is_a_fault_of_its_event(service: Service) -> None:
    from lr_core.life.forgetting import forget  # noqa: PLC0415

    model = new_model(service, a=LINE, b=OTHER)
    send(service, event(f"data/{model}/a.csv"))
    forget(service.store, model, f"data/{model}/b.csv", {"source": "test", "id": "1"})
    service.put(f"data/{model}/b.csv", OTHER)
    said = problem(send(service, event(f"data/{model}/b.csv")), 422)
    assert "forgotten" in said["errors"][0]["detail"]
    assert summary(service, model)["n_samples"] == 2
