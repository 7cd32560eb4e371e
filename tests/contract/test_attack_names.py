"""Names that try to be more than names: of models, versions, columns, keys and callers."""

from __future__ import annotations

import io
import json
from contextlib import closing, redirect_stdout
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest

from tests.contract.callers import KEYS, TABLE, closed, closed_settings, fault, key
from tests.contract.conftest import DOORS, started
from tests.issuing import AUDIENCE, ISSUER, key_set, signed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contract.conftest import Service

SECRET = "secret-beside-the-bucket"
ESCAPES = (
    "..",
    "../default",
    "../../outside",
    "%2e%2e",
    "%2e%2e%2foutside",
    "%252e%252e%252foutside",
    "..%2f..%2foutside",
    "..%5coutside",
    "default%00",
    "default%00.json",
    "%00",
    "default%0a",
    "default%0d%0aset-cookie:%20a=b",
    "default%2faliases%2flatest",
    "a" * 10_000,
    "%c3%bc",
    "%ff",
    "$%7bHOME%7d",
    "%7b%7b7*7%7d%7d",
    "'%20OR%201=1--",
    "default;drop%20table",
    "-rf",
    ".hidden",
    "%e2%80%ae",
)
"""What stands in a URL where a model's name is expected."""
INJECTIONS = (
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "'; DROP TABLE models; --",
    "{{7*7}}",
    "${7*7}",
    "#{7*7}",
    "<script>alert(1)</script>",
    "__class__",
    "__import__('os').system('id')",
    "%s%s%n",
    "../../etc/passwd",
    "$ref",
    "~1a/b~0",
    "a" * 10_000,
    "\u202e",
    "n\u0000l",
)
"""Names of columns that mean something to some program."""


@pytest.fixture(scope="module", params=DOORS)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Run both functions behind a door, with something beside the bucket that nobody may reach."""
    folder = tmp_path_factory.mktemp("names")
    outside = folder / "outside" / "aliases" / "latest.json"
    outside.parent.mkdir(parents=True)
    outside.write_text(SECRET)
    (folder / "outside.json").write_text(SECRET)
    with closed(request.param, folder) as service:
        yield service
    assert {path.name for path in folder.iterdir()} == {"bucket", "outside", "outside.json"}


def objects(service: Service) -> dict[str, str]:
    """Return the keys of the bucket with their ETags."""
    return {item.key: item.etag for item in service.store.list_objects("")}


def asked(client: httpx.Client, method: str, path: str, role: str) -> httpx.Response:
    """Ask for a path to the byte: a client of good will would make another one of it."""
    connection = HTTPConnection(client.base_url.netloc.decode(), timeout=60)
    body = b"{}" if method == "POST" else None
    connection.request(method, path, body, {"content-type": "application/json", **key(role)})
    with closing(connection), connection.getresponse() as response:
        request = httpx.Request(method, "http://localhost/")
        return httpx.Response(response.status, headers=response.getheaders(), content=response.read(), request=request)


@pytest.mark.parametrize("name", ESCAPES)
def test_what_is_no_name_of_a_model_is_not_found(service: Service, name: str) -> None:
    before = objects(service)
    for method, path in (
        ("GET", f"/v1/models/{name}"),
        ("POST", f"/v1/models/{name}:predict"),
        ("POST", f"/v1/models/{name}:explain"),
        ("GET", f"/v1/models/default/versions/{name}"),
        ("GET", f"/v2/models/{name}"),
        ("GET", f"/v2/models/{name}/ready"),
        ("POST", f"/v2/models/{name}/infer"),
        ("GET", f"/v2/models/default/versions/{name}"),
    ):
        answer = asked(service.predict, method, path, "predict")
        assert answer.status_code == 404, (path[:60], answer.text)
        assert SECRET not in answer.text
        assert len(answer.text) < 500
        assert "set-cookie" not in answer.headers
    assert objects(service) == before


@pytest.mark.parametrize("name", ESCAPES)
def test_what_is_no_name_of_a_model_is_not_trained(service: Service, name: str) -> None:
    before = objects(service)
    answer = asked(service.train, "GET", f"/train?model={name}", "train")
    fault(answer, 422, "invalid-input")
    assert len(answer.text) < 1000
    answer = service.train.post("/train", json={"model": name}, headers=key("train"))
    fault(answer, 422, "invalid-input")
    assert objects(service) == before


@pytest.mark.parametrize(
    "subject",
    [
        "data/../models/default/aliases/latest.json",
        "data/../../outside/x.csv",
        "data/%2e%2e/x.csv",
        "data/default/../../models/x.csv",
        "/data/default/a.csv",
        "data//a.csv",
        "models/default/aliases/latest.json",
        "data/" + "a" * 10_000 + "/x.csv",
        "data/default/" + "a" * 10_000 + ".csv",
        "data/default/\u0000.csv",
        "data/default/a.csv\r\nx: y",
        "",
    ],
)
def test_an_event_of_a_key_outside_of_the_tables_changes_nothing(service: Service, subject: str) -> None:
    before = objects(service)
    event = {
        "specversion": "1.0",
        "id": "1",
        "source": "s",
        "type": "com.amazonaws.s3.ObjectCreated:Put",
        "subject": subject,
    }
    structured = {"content-type": "application/cloudevents+json", **key("train")}
    answer = service.train.post("/train", content=json.dumps(event), headers=structured)
    assert answer.status_code in {200, 204, 400, 422}, answer.text
    assert SECRET not in answer.text
    assert objects(service) == before


@pytest.mark.parametrize("name", INJECTIONS)
def test_the_name_of_a_column_is_a_name_and_nothing_else(service: Service, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    service.put("data/odd/t.csv", f"{quoted},y\n1,2\n2,4\n4,8\n")
    trained = service.train.post("/train", json={"model": "odd", "features": [name]}, headers=key("train"))
    if trained.status_code != 200:
        fault(trained, 422, "invalid-input")
        return
    assert trained.json()["coef"] == pytest.approx([2.0])
    service.predict.get("/v1/models/odd", headers=key("predict"))
    body = {"instances": [{name: 3}]}
    predicted = service.predict.post("/v1/models/odd:predict", json=body, headers=key("predict"))
    assert predicted.json()["predictions"] == pytest.approx([6.0])
    wrong = service.predict.post("/v1/models/odd:predict", json={"instances": [{name: "x"}]}, headers=key("predict"))
    assert wrong.headers["content-type"] == "application/problem+json", "which no browser takes for a page"
    lines = f"{quoted}\n3\n".encode()
    streamed = service.predict.post(
        "/v1/models/odd:predict", content=lines, headers={"content-type": "text/csv", **key("predict")}
    )
    header, prediction = streamed.text.splitlines()
    assert header == "prediction"
    assert float(prediction) == pytest.approx(6.0), "no cell of the answer is what a spreadsheet would run"


def test_names_are_not_put_into_headers(service: Service) -> None:
    broken = "a\r\nset-cookie: a=b"
    for headers in ({"origin": quote(broken)}, {"x-request-id": quote(broken)}):
        answer = service.predict.get("/", headers={**headers, **key("predict")})
        assert "set-cookie" not in answer.headers
    answer = service.train.get("/train", headers={"x-request-id": "a%0d%0ab", **key("train")})
    assert answer.status_code == 200


@pytest.mark.parametrize("door", DOORS)
def test_no_request_writes_a_line_of_its_own_into_the_log(door: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    forged = "forged-line"
    output = said(door, "predict", tmp_path_factory.mktemp("log").as_uri(), forged)
    assert not [line for line in output.splitlines() if line.startswith(forged)]


def said(door: str, function: str, url: str, forged: str) -> str:
    """Send what could become a line of a log, in every place that a log might quote, and return the log."""
    written = io.StringIO()
    with redirect_stdout(written), started(door, function, url) as (client, _):
        for path in (f"/v1/models/a%0a{forged}", f"/%0d%0a{forged}", f"/v2/models/%0a{forged}/infer"):
            client.get(path)
        for name in ("authorization", "x-api-key", "x-request-id", "user-agent"):
            client.get("/v1/models", headers={name: f"a%0a{forged}"})
        client.post("/stream", content=f'{{"record": "\\n{forged}"}}', headers={"content-type": "application/json"})
        lines = f'"x\n{forged}"\n1\n'.encode()
        client.post("/v1/models/m:predict", content=iter([lines]), headers={"content-type": "text/csv"})
    return written.getvalue()


@pytest.mark.parametrize("door", DOORS)
def test_no_log_has_a_credential_in_it(door: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    written, good, expired = io.StringIO(), signed(), signed(exp=1)
    settings = {
        "LR_JWKS": key_set("a"),
        "LR_JWT_ISSUER": ISSUER,
        "LR_JWT_AUDIENCE": AUDIENCE,
        "LR_RATE_LIMIT": "9/hour",
    }
    url = tmp_path_factory.mktemp("log").as_uri()
    with redirect_stdout(written), started(door, "predict", url, **settings, **closed_settings()) as (client, _):
        for said in (KEYS["predict"], KEYS["train"], "lr_wrong", good, expired, signed("b")):
            for path in ("/v1/models", "/nothing", "/v1/models/none:predict", f"/?api_key={said}"):
                client.post(path, headers={"x-api-key": said}, json={})
                client.get(path, headers={"authorization": f"Bearer {said}"})
    output = written.getvalue()
    for secret in (*KEYS.values(), "lr_wrong", good, expired, good.rpartition(".")[2]):
        assert secret not in output
    assert TABLE not in output
