"""Requests made from our own description, good and bad, and every answer held against it.

`make test-heavy` makes those at the bounds of every schema too, and `make soak` many more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig

from lr_core.http.openapi.notify import NOTIFY
from lr_core.http.openapi.parts import merged
from lr_core.http.openapi.predict import PREDICT
from lr_core.http.openapi.train import TRAIN
from tests.soak import as_deep

if TYPE_CHECKING:
    import httpx
    from schemathesis.checks import CheckContext
    from schemathesis.core.transport import Response

    from tests.contract.conftest import Service

Case = schemathesis.Case[Any]
LINES = ("text/csv", "application/jsonlines")
EXAMPLES = as_deep(light=6, heavy=6, soak=1000)
HAS_BOUNDS = as_deep(light=False, heavy=True, soak=True)

pytestmark = pytest.mark.deeper


def described(document: dict[str, Any], **parameters: str) -> schemathesis.BaseSchema:
    """Return a description as what makes requests, the same ones each time."""
    settings = {
        "base-url": "http://localhost",  # each case is called with the address of its service
        "seed": 1,
        "phases": {"coverage": {"enabled": HAS_BOUNDS}},
        "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none"},
        # Not every body of the right form can be answered 200: how many features a model has, and which columns its
        # tables, no description knows; what is wrong with such a body is 422 (RFC 9110, section 15.5.21).
        "checks": {"positive_data_acceptance": {"enabled": False}},
        "parameters": parameters,
    }
    return schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(settings))


@schemathesis.serializer(*LINES)
def lines(_ctx: Any, value: Any) -> bytes:
    """Write what was made for a body of lines: text, or bytes that are none for what is not to be accepted."""
    return value.encode(errors="surrogatepass") if isinstance(value, str) else b"\xff"


ALL = described(merged(PREDICT, TRAIN))
OF_A_MODEL = described(PREDICT, **{"path.model": "two"}).include(path_regex=r"\{model\}")
ROOT_OF_TRAIN = described(TRAIN).include(path="/")
OF_NOTIFY = described(NOTIFY).include(path="/notifications")


@pytest.fixture(scope="module")
def trained(service: Service) -> Service:
    """Train a model of one feature, and one of two beside a table that cannot be learned."""
    service.put("data/default/a.csv", "bmi,y\n1,2\n2,4\n")
    service.put("data/two/t.csv", "a,b,y\n0,0,1\n1,0,2\n0,1,0\n2,2,1\n")
    service.put("data/two/x.csv", "a,b,y\n0,0,x\n")
    for model in ("default", "two"):
        assert service.train.get("/train", params={"model": model}).status_code == 200
    return service


def a_fault_is_said_as_its_protocol_says_it(_ctx: CheckContext, response: Response, case: Case) -> None:
    """Hold an answer to RFC 9457, or to V2, also where no operation is described."""
    if response.status_code >= 400 and case.path.startswith("/v2"):
        assert response.headers["content-type"] == ["application/json"]
        assert list(response.json()) == ["error"]
        assert response.json()["error"]
    elif response.status_code >= 400:
        assert response.headers["content-type"] == ["application/problem+json"]
        problem = response.json()
        assert problem["status"] == response.status_code
        assert problem["title"]
        assert problem["type"]


def check(case: Case, client: httpx.Client, door: str) -> None:
    if door == "functions-framework" and "\n" in unquote(case.formatted_path):
        # Its router matches no path with a line feed, and answers in its own words before the function is called. What
        # a 404 says is up to who sends it (RFC 9110, section 15.5.5).
        assert case.call(base_url=str(client.base_url)).status_code == 404
        return
    case.call_and_validate(base_url=str(client.base_url), additional_checks=[a_fault_is_said_as_its_protocol_says_it])


def test_what_is_described_here_is_what_serve_describes(service: Service) -> None:
    expected = merged(PREDICT, TRAIN, NOTIFY) if service.door == "serve" else PREDICT
    assert service.predict.get("/openapi.json").json() == expected
    assert service.door == "serve" or service.train.get("/openapi.json").json() == TRAIN


@ALL.parametrize()
def test_every_operation_answers_as_described(case: Case, trained: Service) -> None:
    check(case, trained.train if case.path == "/train" else trained.predict, trained.door)


@OF_A_MODEL.parametrize()
def test_a_model_that_is_there_answers_as_described(case: Case, trained: Service) -> None:
    check(case, trained.predict, trained.door)


@pytest.mark.parametrize("service", ["serve"], indirect=True)
@OF_NOTIFY.parametrize()
def test_notifications_are_answered_as_described(case: Case, service: Service) -> None:
    check(case, service.train, service.door)


@pytest.mark.parametrize("service", ["functions-framework", "image"], indirect=True)
@ROOT_OF_TRAIN.parametrize()
def test_train_answers_at_its_root_as_described(case: Case, trained: Service) -> None:
    check(case, trained.train, trained.door)
