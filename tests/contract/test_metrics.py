"""What each door counts, and that Prometheus can read it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_open_metrics

from lr_core.http.backlog import MOST_ROWS
from tests.contract.conftest import running
from tests.contract.events import binary, event, ping
from tests.metrics import grown, read, series
from tests.tensors import in_json, tensor
from tests.waiting import free_ports, until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.contract.conftest import Service

V1 = "/v1/models/two:predict"
V1_ROUTE = "/v1/models/{model}:predict"
N_THREADS, N_EACH = 8, 25
JSON = {"content-type": "application/json"}


def requests(route: str, code: int, method: str = "POST") -> tuple[str, frozenset[tuple[str, str]]]:
    return series("lr_http_requests_total", route=route, method=method, code=str(code))


def test_prometheus_reads_both_forms(trained: Service) -> None:
    for client in (trained.predict, trained.train):
        plain = client.get("/metrics", headers={"accept": "text/plain"})
        assert plain.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert series("lr_dead_letters_total") in read(client)
        accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
        new = client.get("/metrics", headers={"accept": accept})
        assert new.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
        families = {family.name: family for family in read_open_metrics(new.text)}  # type: ignore[no-untyped-call]
        created = [one for one in families["lr_dead_letters"].samples if one.name == "lr_dead_letters_created"]
        assert created[0].value > 0, "who reads it knows since when nothing was counted"
        assert client.head("/metrics").status_code == 200
        assert client.post("/metrics").status_code == 405


def test_no_request_is_lost_where_many_come_at_once(trained: Service) -> None:
    body = {"instances": [[1, 2], [2, 3], [3, 4]]}

    def ask(_thread: int) -> None:
        with httpx.Client(base_url=trained.predict.base_url, timeout=60) as client:
            assert all(client.post(V1, json=body).status_code == 200 for _ in range(N_EACH))

    def ask_all() -> None:
        with ThreadPoolExecutor(N_THREADS) as pool:
            list(pool.map(ask, range(N_THREADS)))

    found = grown(trained.predict, ask_all)
    n_requests = N_THREADS * N_EACH
    assert found[requests(V1_ROUTE, 200)] == n_requests
    assert found[series("lr_http_request_duration_seconds_count", route=V1_ROUTE)] == n_requests
    assert found[series("lr_http_request_duration_seconds_bucket", route=V1_ROUTE, le="+Inf")] == n_requests
    assert found[series("lr_predictions_total", model="two")] == 3 * n_requests
    assert found[series("lr_predict_batch_rows_bucket", le="10.0")] == n_requests
    assert found[series("lr_predict_batch_rows_sum")] == 3 * n_requests
    lookups = [value for (name, _), value in found.items() if name == "lr_model_cache_lookups_total"]
    assert sum(lookups) == n_requests


def test_each_protocol_counts_its_rows(trained: Service) -> None:
    many = [[0.5]] * 300_000
    for path, content, n_rows in (
        ("/stream", b'{"record": "0.5"}', 1),
        ("/batch", b'{"records": ["0.5", "1"]}', 2),
        ("/v1/models/default:explain", b'{"instances": [[0.5], [1]]}', 2),
        ("/v2/models/default/infer", in_json(tensor([0.5, 1, 2], 3, 1)), 3),
        ("/v1/models/default/versions/f29ad5e02123:predict", b'{"instances": [[0.5]]}', 1),
        ("/v1/models/default:predict", b'{"instances": %b}' % str(many).encode(), len(many)),
    ):
        found = grown(trained.predict, partial(trained.predict.post, path, content=content, headers=JSON))
        assert found[series("lr_predictions_total", model="default")] == n_rows, path
        assert found[series("lr_predict_batch_rows_count")] == 1, path


def test_a_stream_is_counted_when_it_has_ended(trained: Service) -> None:
    rows = [b"a,b\n", *(b"1,2\n2,3\n" for _ in range(100))]
    headers = {"content-type": "text/csv"}
    found = grown(trained.predict, lambda: trained.predict.post(V1, content=iter(rows), headers=headers))
    assert found[requests(V1_ROUTE, 200)] == 1
    assert found[series("lr_predictions_total", model="two")] == 200
    assert series("lr_streams_broken_total") not in found
    found = grown(trained.predict, lambda: trained.predict.post(V1, content=iter([b"a,b\nx,y\n"]), headers=headers))
    assert series("lr_predictions_total", model="two") not in found
    assert found[requests(V1_ROUTE, 422)] == 1


def test_a_stream_that_breaks_off_is_counted_as_one(trained: Service) -> None:
    rows = b"a,b\n" + b"1,2\n" * (MOST_ROWS + 2**16) + b"x,y\n"
    headers = {"content-type": "text/csv", "transfer-encoding": "chunked"}

    def break_off() -> None:
        with suppress(httpx.TransportError):
            trained.predict.post(V1, content=iter([rows]), headers=headers)

    before = read(trained.predict)
    break_off()
    name = series("lr_streams_broken_total")
    until(lambda: read(trained.predict)[name] == before[name] + 1, "the stream is counted as broken")


def test_faults_are_counted_by_their_status_also_those_that_the_door_finds(trained: Service) -> None:
    limit = 10 * 2**20
    for content, code in ((b"{", 400), (b"{}", 422), (bytes(limit + 1), 413)):
        found = grown(trained.predict, partial(trained.predict.post, V1, content=content, headers=JSON))
        assert found[requests(V1_ROUTE, code)] == 1
    found = grown(trained.predict, lambda: trained.predict.get(V1))
    assert found[requests(V1_ROUTE, 405, "GET")] == 1


def test_paths_and_methods_and_models_that_are_nothing_make_no_series(trained: Service) -> None:
    def ask(n: int) -> None:
        for _ in range(n):
            trained.predict.get(f"/{uuid4().hex}")
            trained.predict.request("BREW", f"/{uuid4().hex}")
            trained.predict.post(f"/v1/models/{uuid4().hex}:predict", json={"instances": []})
            trained.predict.post(f"/v1/models/two:{uuid4().hex}", json={})
            trained.predict.post(f"/v2/models/{uuid4().hex}/{uuid4().hex}", json={})

    ask(1)
    before = read(trained.predict).keys()
    ask(20)
    assert read(trained.predict).keys() == before


def test_only_so_many_models_have_series_of_their_own(trained: Service) -> None:
    models = [f"n{number}" for number in range(6)]
    for model in models:
        trained.put(f"data/{model}/a.csv", "x,y\n1,2\n2,4\n")
        assert trained.train.get("/train", params={"model": model}).status_code == 200
    with running("image", "predict", trained.store.url, LR_METRICS_MODELS="2") as client:
        for model in models * 2:
            assert client.post(f"/v1/models/{model}:predict", json={"instances": [[1]]}).status_code == 200
        found = read(client)
    predicted = {
        dict(labels)["model"]: value for (name, labels), value in found.items() if name == "lr_predictions_total"
    }
    assert predicted == {"n0": 2, "n1": 2, "_other": 8}
    named = {dict(labels)["model"] for (name, labels) in found if name == "lr_model_generation"}
    assert named == {"n0", "n1"}


def test_a_model_in_memory_is_told_of_by_its_alias(trained: Service) -> None:
    model = f"m{uuid4().hex[:8]}"
    trained.put(f"data/{model}/a.csv", "x,y\n1,2\n2,4\n")
    trained.put(f"data/{model}/b.csv", "x,y\n1,bad\n")
    summary = trained.train.get("/train", params={"model": model}).json()
    with running("image", "predict", trained.store.url) as client:
        client.post(f"/v1/models/{model}:predict", json={"instances": [[1]]})
        found = read(client)
    assert found[series("lr_model_info", model=model, version=summary["version"])] == 1
    assert found[series("lr_model_generation", model=model)] == summary["generation"] == 1
    assert found[series("lr_model_excluded_tables", model=model)] == 1
    moved = found[series("lr_model_moved_timestamp_seconds", model=model)]
    assert moved <= found[series("lr_model_confirmed_timestamp_seconds", model=model)]


def test_a_training_counts_what_it_reads_and_calls(service: Service) -> None:
    model = f"m{uuid4().hex[:8]}"
    service.put(f"data/{model}/a.csv", "x,y\n1,2\n2,4\n")
    service.put(f"data/{model}/b.csv", "x,y\n1,bad\n")
    ask = partial(service.train.get, "/train", params={"model": model})
    found = grown(service.train, ask)
    assert found[series("lr_tables_read_total", result="learned")] == 1
    assert found[series("lr_tables_read_total", result="refused")] == 1
    assert found[series("lr_training_duration_seconds_count", result="trained")] == 1
    assert found[series("lr_store_call_duration_seconds_count", operation="replace", result="ok")] == 1
    assert found[series("lr_store_call_duration_seconds_count", operation="list", result="ok")] >= 1
    assert found[requests("/train", 200, "GET")] == 1
    found = grown(service.train, ask)
    assert found[series("lr_training_duration_seconds_count", result="unchanged")] == 1
    assert not any(name == "lr_tables_read_total" for name, _ in found), "a table is read once"


def test_events_are_counted_by_their_kind(service: Service) -> None:
    model = f"m{uuid4().hex[:8]}"
    service.put(f"data/{model}/a.csv", "x,y\n1,2\n2,4\n")
    made = {"created": event(f"data/{model}/a.csv"), "ping": ping({"model": model}), "other": event("x", "some.type")}
    for kind, one in made.items():
        headers, body = binary(one)
        found = grown(service.train, partial(service.train.post, "/train", headers=headers, content=body))
        assert found[series("lr_events_total", type=kind)] == 1


@pytest.mark.parametrize("door", ["serve", "image"])
def test_a_port_of_its_own_answers_metrics_and_nothing_else(door: str, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with running(door, "predict", tmp_path.as_uri(), LR_METRICS_PORT=str(port)) as client:
        host = client.base_url.host
        with httpx.Client(base_url=f"http://{host}:{port}", timeout=30) as beside:
            assert series("lr_dead_letters_total") in read(beside)
            assert beside.get("/healthz").status_code == 200
            for path in ("/", "/v1/models", "/train"):
                assert beside.get(path).status_code == 404
            assert beside.post("/stream", json={"record": 1}).status_code in {404, 413}
        assert client.get("/v1/models").status_code == 200
