"""Who may ask for what, behind every door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lr_core.access.keys import entry, new_key
from tests.contract.callers import KEYS, closed, fault, key
from tests.contract.conftest import DOORS, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.contract.command import Command
    from tests.contract.conftest import Service

OF_PREDICT = (
    ("GET", "/", None),
    ("POST", "/", {"instances": [[1.0]]}),
    ("POST", "/stream", {"record": "0.5"}),
    ("POST", "/batch", {"records": ["0.5"]}),
    ("GET", "/v1/models", None),
    ("GET", "/v1/models/default", None),
    ("POST", "/v1/models/default:predict", {"instances": [[1.0]]}),
    ("POST", "/v1/models/default:explain", {"instances": [[1.0]]}),
    ("GET", "/v2", None),
    ("GET", "/v2/models/default", None),
    ("GET", "/v2/models/default/ready", None),
    ("POST", "/v2/models/default/infer", {"inputs": [{"name": "X", "datatype": "FP64", "shape": [1, 1], "data": [1]}]}),
)
OPEN = ("/healthz", "/v2/health/live", "/v2/health/ready")
INVALID = 'Bearer realm="lr-sgd", error="invalid_token"'


@pytest.fixture(scope="module", params=DOORS)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Run both functions behind a door, for who has a key."""
    with closed(request.param, tmp_path_factory.mktemp("closed")) as service:
        yield service


@pytest.mark.parametrize(("method", "path", "body"), OF_PREDICT)
def test_predicting_needs_the_role_predict(service: Service, method: str, path: str, body: object) -> None:
    def ask(**headers: str) -> httpx.Response:
        return service.predict.request(method, path, json=body, headers=headers)

    nobody = ask()
    fault(nobody, 401, "unauthenticated")
    assert nobody.headers["www-authenticate"] == 'Bearer realm="lr-sgd"'
    for wrong in ({"x-api-key": new_key()}, {"authorization": f"Bearer {new_key()}"}):
        answer = service.predict.request(method, path, json=body, headers=wrong)
        fault(answer, 401, "unauthenticated")
        assert answer.headers["www-authenticate"] == INVALID
    of_train = service.predict.request(method, path, json=body, headers=key("train"))
    fault(of_train, 403, "forbidden")
    assert 'error="insufficient_scope", scope="lr:predict"' in of_train.headers["www-authenticate"]
    for role in ("predict", "admin"):
        assert service.predict.request(method, path, json=body, headers=key(role)).status_code == 200
    assert ask(authorization=f"Bearer {KEYS['predict']}").status_code == 200


def test_training_needs_the_role_train(service: Service) -> None:
    before = {item.key: item.etag for item in service.store.list_objects("")}
    service.put("data/default/b.csv", "bmi,y\n1,3\n2,6\n")
    for method in ("GET", "POST"):
        fault(service.train.request(method, "/train"), 401, "unauthenticated")
        fault(service.train.request(method, "/train", headers=key("predict")), 403, "forbidden")
        wrong = service.train.request(method, "/train", headers={"x-api-key": new_key()})
        fault(wrong, 401, "unauthenticated")
    after = {item.key: item.etag for item in service.store.list_objects("")}
    assert set(after) - set(before) == {"data/default/b.csv"}, "who may not train has changed nothing"
    for role in ("train", "admin"):
        assert service.train.get("/train", headers=key(role)).status_code == 200
    service.store.delete("data/default/b.csv")
    assert service.train.get("/train", headers=key("train")).status_code == 200


def test_an_event_needs_the_role_train(service: Service) -> None:
    event = {
        "ce-specversion": "1.0",
        "ce-id": "1",
        "ce-source": "s",
        "ce-type": "dev.knative.sources.ping",
        "content-type": "application/json",
    }
    fault(service.train.post("/train", headers=event), 401, "unauthenticated")
    fault(service.train.post("/train", headers={**event, **key("predict")}), 403, "forbidden")
    assert service.train.post("/train", headers={**event, **key("train")}).status_code in {200, 204}


@pytest.mark.parametrize("path", OPEN)
def test_liveness_is_for_everybody(service: Service, path: str) -> None:
    for headers in ({}, {"x-api-key": "wrong"}):
        assert service.predict.get(path, headers=headers).status_code == 200
    if path == "/healthz":
        assert service.train.get(path).status_code == 200


def test_the_description_is_for_all_who_are_known(service: Service) -> None:
    for client in (service.predict, service.train):
        fault(client.get("/openapi.json"), 401, "unauthenticated")
        for role in KEYS:
            assert client.get("/openapi.json", headers=key(role)).status_code == 200


@pytest.mark.parametrize("path", ["/nothing", "/v1", "/v1/models/none", "/healthz/", "/v2/healthy"])
def test_who_is_not_known_does_not_learn_what_there_is(service: Service, path: str) -> None:
    fault(service.predict.get(path), 401, "unauthenticated")
    assert service.predict.get(path, headers=key("predict")).status_code == 404


def test_a_key_in_the_query_is_refused_even_a_good_one(service: Service) -> None:
    for name in ("api_key", "access_token", "x-api-key", "token"):
        for headers in ({}, key("predict")):
            answer = service.predict.get("/", params={name: KEYS["predict"]}, headers=headers)
            body = fault(answer, 401, "unauthenticated")
            assert KEYS["predict"] not in answer.text
            assert "query" in body["detail"]


def test_a_stream_of_lines_needs_the_role_before_its_rows_are_read(service: Service) -> None:
    path, headers = "/v1/models/default:predict", {"content-type": "text/csv"}
    rows = [b"bmi\n", b"1\n" * 100_000]
    fault(service.predict.post(path, content=iter(rows), headers=headers), 401, "unauthenticated")
    fault(service.predict.post(path, content=iter(rows), headers={**headers, **key("train")}), 403, "forbidden")
    answer = service.predict.post(path, content=iter([b"bmi\n", b"1\n"]), headers={**headers, **key("predict")})
    assert (answer.status_code, answer.text) == (200, "prediction\n2.0\n")


def test_a_large_body_is_not_asked_for_before_its_sender_is_known(service: Service) -> None:
    body = {"instances": [[1.0]] * 50_000}
    fault(service.predict.post("/", json=body), 401, "unauthenticated")
    fault(service.predict.post("/", json=body, headers=key("train")), 403, "forbidden")
    assert len(service.predict.post("/", json=body, headers=key("predict")).json()["predictions"]) == 50_000
    too_large = b" " * 10_485_761
    fault(service.predict.post("/", content=too_large), 401, "unauthenticated")


def test_notifications_say_their_own_token_or_a_key_that_trains(tmp_path_factory: pytest.TempPathFactory) -> None:
    url = tmp_path_factory.mktemp("notified").as_uri()
    keys = {"LR_API_KEYS": entry("minio", ["train"], KEYS["train"]) + " " + entry("app", ["predict"], KEYS["predict"])}
    with running("serve", "predict", url, **keys) as client:
        fault(client.post("/notifications", json={}), 401, "unauthenticated")
        fault(client.post("/notifications", json={}, headers=key("predict")), 403, "forbidden")
        said = {"authorization": f"Bearer {KEYS['train']}"}  # as MinIO sends its `auth_token`
        assert client.post("/notifications", json={}, headers=said).status_code == 204
    with running("serve", "predict", url, **keys, LR_NOTIFY_TOKEN="of-minio") as client:
        fault(client.post("/notifications", json={}), 401, "unauthenticated")
        said = {"authorization": "Bearer of-minio"}
        assert client.post("/notifications", json={}, headers=said).status_code == 204


@pytest.mark.parametrize("door", DOORS)
def test_a_key_is_rotated_by_letting_in_both_for_a_while(door: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    url = tmp_path_factory.mktemp("rotated").as_uri()
    old, new = new_key(), new_key()
    entries = [entry("app", ["predict"], each) for each in (old, new)]
    with running(door, "predict", url, LR_API_KEYS=",".join(entries)) as client:
        for each in (old, new):
            assert client.get("/v1/models", headers={"x-api-key": each}).status_code == 200
    with running(door, "predict", url, LR_API_KEYS=entries[1]) as client:
        fault(client.get("/v1/models", headers={"x-api-key": old}), 401, "unauthenticated")
        assert client.get("/v1/models", headers={"x-api-key": new}).status_code == 200


@pytest.mark.parametrize("door", ["serve", "image"])
def test_a_page_of_another_origin_may_ask_with_a_key_and_read_why_not(
    door: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url, page = tmp_path_factory.mktemp("pages").as_uri(), "https://app.example"
    settings = {"LR_API_KEYS": entry("a", ["predict"], KEYS["predict"]), "LR_CORS_ORIGINS": page}
    with running(door, "predict", url, **settings) as client:
        asked = {"origin": page, "access-control-request-method": "POST"}
        assert client.options("/stream", headers=asked).status_code == 204, "a browser asks without a credential"
        fault(client.options("/stream", headers={"origin": page}), 401, "unauthenticated")
        for path in ("/v1/models", "/v1/models/default"):  # the long way, and at once
            refused = client.get(path, headers={"origin": page})
            fault(refused, 401, "unauthenticated")
            assert refused.headers["access-control-allow-origin"] == page
            allowed = client.get(path, headers={"origin": page, **key("predict")})
            assert allowed.status_code in {200, 404}
            assert allowed.headers["access-control-allow-origin"] == page


def test_the_command_makes_a_key_that_a_server_lets_in(run: Command, tmp_path_factory: pytest.TempPathFactory) -> None:
    ended = run("keys", "create", "--role", "predict", "--role", "train", "--name", "ci")
    assert ended.status == 0
    (_, made), (_, line) = (words.split() for words in ended.out.splitlines()[:2])
    assert line == entry("ci", ["predict", "train"], made)
    with running("serve", "predict", tmp_path_factory.mktemp("made").as_uri(), LR_API_KEYS=line) as client:
        assert client.get("/v1/models", headers={"x-api-key": made}).status_code == 200
        fault(client.get("/v1/models"), 401, "unauthenticated")
    assert run.keys() == [], "the command stores nothing"


@pytest.mark.parametrize("words", [("keys",), ("keys", "create"), ("keys", "create", "--role", "root")])
def test_a_key_without_a_role_is_wrong_usage(run: Command, words: tuple[str, ...]) -> None:
    assert run(*words).status == 2
