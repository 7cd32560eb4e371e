"""Whatever comes in, an answer goes out: never a 500, a trace, or a change that was not asked for."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from lr_core.http.both import Both
from lr_core.http.message import Request
from lr_core.http.predict import Predict
from lr_core.http.train import Train
from lr_core.settings import Settings
from lr_core.store import Store, open_store

if TYPE_CHECKING:
    import pytest

    from lr_core.http.message import Response
    from lr_core.store import Stored

JSON = {"content-type": "application/json"}
SETTINGS = Settings(model_ttl_s=0)


def filled() -> Store:
    """Return a store with a trained model."""
    store = open_store("memory://")
    store.create("data/default/a.csv", b"bmi,y\n1,2\n2,4\n")
    assert Train(store, SETTINGS).answer(Request("GET", "/train", "", {}, b"")).status == 200
    return store


def contents(store: Store) -> dict[str, bytes]:
    """Return every object of a store."""
    return {item.key: store.get(item.key).data for item in store.list_objects("")}


STORE = filled()
BOTH = Both(STORE, SETTINGS)

WORDS = """instances record records model target features solver hyperparameters missing bmi y exact sgd default ../x
a/b~c 1e999 intercept unseen eta0 name type inputs outputs shape data datatype FP64""".split()
PING, CREATED = "dev.knative.sources.ping", "com.amazonaws.s3.ObjectCreated:Put"
PATHS = """/ /stream /batch /v1/models /v1/models/default /v1/models/default:predict /v1/models/x:predict /train
/notifications /healthz /openapi.json /v1/models/\ud800 /v1/models/:predict /v1/models/default:explain // /v2 /v2x
/v2/health/ready /v2/models/default /v2/models/default/infer /v2/models/\ud800/infer /v2/models//versions//ready
/v2/models/default/versions/f29ad5e02123/infer""".split()
words = st.sampled_from([*WORDS, "\ud800"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=5),
    max_leaves=15,
)
bodies = st.binary(max_size=40) | values.map(lambda value: json.dumps(value).encode())
paths = st.sampled_from(PATHS)
methods = st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "BREW"])
headers = st.fixed_dictionaries(
    {},
    optional={
        "content-type": st.sampled_from(
            [
                "application/json",
                "text/csv",
                "",
                ";",
                "\xff",
                "application/cloudevents+json",
                "application/cloudevents-batch",
            ]
        ),
        "x-request-id": st.text(),
        "inference-header-content-length": st.sampled_from(["0", "2", "40", "-1", "\xff"]),
        "ce-specversion": st.sampled_from(["1.0", "0.3", "", "x"]),
        "ce-id": st.sampled_from(["1", "", "\xff", "%ff"]),
        "ce-source": st.sampled_from(["s", ""]),
        "ce-type": st.sampled_from([PING, CREATED, "t", ""]),
        "ce-subject": st.sampled_from(["data/default/a.csv", "data/x/a.csv", "data/default/%00.csv", "%", "x", "\xfc"]),
    },
)
queries = st.sampled_from(["", "model=default", "model=../x", "model=a&model=b", "%", "model=%ff"])
requests = st.tuples(methods, paths, queries, headers, bodies).map(lambda parts: Request(*parts))


@settings(max_examples=400)
@example(Request("POST", "/stream", "", JSON, b'{"record": 1, "\\ud800": 2}'))
@example(Request("POST", "/train", "", JSON, b'{"\\ud800": 2, "target": "\\ud800"}'))
@example(Request("POST", "/train", "", JSON, b'{"target": "\\ud800", "features": ["\\ud800"]}'))
@given(requests)
def test_any_request_is_answered_and_only_a_training_that_succeeds_changes_the_store(request: Request) -> None:
    before = contents(STORE)
    answer = BOTH.answer(request)
    assert answer.status in {200, 204, 400, 404, 405, 413, 415, 422}
    if answer.status == 204:
        assert answer.body == b""
    elif answer.status != 200 and (request.path == "/v2" or request.path.startswith("/v2/")):
        assert list(json.loads(answer.body)) == ["error"]
    elif answer.status != 200:
        assert answer.content_type == "application/problem+json"
        assert json.loads(answer.body)["status"] == answer.status
    if answer.status != 200 or request.path != "/train":
        assert contents(STORE) == before


@settings(max_examples=200)
@given(st.dictionaries(words, values, max_size=4))
def test_any_recipe_is_trained_or_refused(fields: dict[str, Any]) -> None:
    answer = BOTH.answer(Request("POST", "/train", "", JSON, json.dumps(fields).encode()))
    assert answer.status in {200, 400, 422}


class Broken(Store):
    """A store with a fault of its own."""

    def get(self, key: str) -> Stored:
        raise RuntimeError(f"secret {key}")


def test_a_fault_of_ours_is_a_bare_500_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    plain = open_store("memory://")
    store = Broken(plain.url, plain._store, plain._lock)
    with caplog.at_level(logging.ERROR):
        answers: list[Response] = [
            Predict(store, SETTINGS).answer(Request("GET", "/", "", {}, b"")),
            Train(store, SETTINGS).answer(Request("GET", "/train", "", {}, b"")),
        ]
    for answer in answers:
        assert answer.status == 500
        assert json.loads(answer.body) == {"type": "about:blank", "title": "Internal Server Error", "status": 500}
    assert "secret" in caplog.text


def test_only_what_is_in_memory_is_answered_on_the_event_loop() -> None:
    predict = Predict(STORE, Settings())
    request = Request("POST", "/stream", "", JSON, b'{"record": 1}')
    assert predict.answer_now(request) is None
    assert predict.answer(request).status == 200
    now = predict.answer_now(request)
    assert now is not None
    assert now.body == b'{"prediction":"[2.00]"}'
    large = Request("POST", "/stream", "", JSON, b'{"record": 1}' + b" " * 2**16)
    assert predict.answer_now(large) is None
    assert predict.answer_now(Request("GET", "/v1/models", "", {}, b"")) is None


def test_a_request_id_becomes_the_cause_of_the_move() -> None:
    store = open_store("memory://")
    store.create("data/default/a.csv", b"bmi,y\n1,2\n2,4\n")
    Train(store, SETTINGS).answer(Request("GET", "/train", "", {"x-request-id": "r-1"}, b""))
    alias = json.loads(store.get("models/default/aliases/latest.json").data)
    assert alias["cause"] == {"source": "/train", "id": "r-1"}
    assert list(alias) == [
        *("format", "generation", "version", "listing", "at", "cause", "recipe"),
        *("excluded", "excluded_count", "document"),
    ]
