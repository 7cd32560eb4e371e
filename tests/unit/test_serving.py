from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lr_core.document import Forgotten, encode_forgotten
from lr_core.errors import ModelForgotten, ModelNotFound, StoreUnavailable
from lr_core.repository import aliases
from lr_core.repository.alias import Alias
from lr_core.repository.keys import MODELS, alias_key
from lr_core.serving import Models, NotInMemory
from lr_core.settings import S3Settings, Settings
from lr_core.store import Store, open_store
from tests.documents import described, publish
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from lr_core.store import Stored

SETTINGS = Settings(model_ttl_s=10)


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Counting(Store):
    """A store that counts its reads, and can be down, or slow."""

    def __init__(self) -> None:
        plain = open_store("memory://")
        super().__init__(plain.url, plain._store, plain._lock)
        self.reads = 0
        self.is_down = False
        self.gate: threading.Event | None = None

    def asked(self, call: Callable[[], Stored | None]) -> Stored | None:
        self.reads += 1
        if self.gate is not None:
            self.gate.wait()
        if self.is_down:
            raise StoreUnavailable("down")
        return call()

    def get(self, key: str) -> Stored:
        found = self.asked(lambda: super(Counting, self).get(key))
        assert found is not None
        return found

    def get_unless(self, key: str, etag: str) -> Stored | None:
        return self.asked(lambda: super(Counting, self).get_unless(key, etag))


@pytest.fixture
def counting() -> Counting:
    """Open a store with one model, whose reads are counted from here."""
    store = Counting()
    publish(store)
    store.reads = 0
    return store


def test_a_young_model_is_served_without_asking(counting: Counting) -> None:
    clock = Clock()
    models = Models(counting, SETTINGS, clock)
    assert models.get("m").document.version == "v1"
    clock.now = 10
    assert models.peek("m").document.version == "v1"
    assert counting.reads == 1


def test_an_older_one_is_served_while_it_is_read_again(counting: Counting) -> None:
    clock = Clock()
    models = Models(counting, SETTINGS, clock)
    models.get("m")
    publish(counting, "v2")
    clock.now = 15
    counting.gate = threading.Event()
    assert models.get("m").document.version == "v1"
    assert models.get("m").document.version == "v1"
    counting.gate.set()
    until(lambda: models.peek("m").document.version == "v2", "the new version is served")
    assert models.peek("m").generation == 2


def test_one_that_was_idle_waits_for_the_store(counting: Counting) -> None:
    clock = Clock()
    models = Models(counting, SETTINGS, clock)
    models.get("m")
    publish(counting, "v2")
    clock.now = 3600
    with pytest.raises(NotInMemory):
        models.peek("m")
    assert models.get("m").document.version == "v2"


def test_an_alias_that_did_not_move_is_not_read_again(counting: Counting) -> None:
    clock = Clock()
    models = Models(counting, SETTINGS, clock)
    first = models.get("m")
    clock.now = 3600
    assert models.get("m") is first
    assert counting.reads == 2


def test_a_store_that_is_down_does_not_take_a_warm_model_with_it(counting: Counting) -> None:
    clock = Clock()
    models = Models(counting, SETTINGS, clock)
    models.get("m")
    counting.is_down = True
    clock.now = 3600
    assert models.get("m").document.version == "v1"
    reads = counting.reads
    for clock.now in range(3600, 3610):
        assert models.peek("m").document.version == "v1"
    assert counting.reads == reads


def test_a_store_that_came_back_is_seen_after_its_outage(counting: Counting) -> None:
    clock = Clock()
    models = Models(counting, SETTINGS, clock)
    models.get("m")
    counting.is_down = True
    clock.now = 3600
    models.get("m")
    counting.is_down = False
    publish(counting, "v2")
    clock.now = 3700
    until(lambda: models.peek("m").document.version == "v2", "the new version is served")


def test_a_model_that_is_too_stale_is_not_served_for_a_store_that_is_down(counting: Counting) -> None:
    clock = Clock()
    models = Models(counting, replace(SETTINGS, model_max_stale_s=60), clock)
    models.get("m")
    counting.is_down = True
    clock.now = 60
    assert models.get("m").document.version == "v1"
    clock.now = 61
    with pytest.raises(StoreUnavailable):
        models.get("m")


def test_a_cold_model_of_a_store_that_is_down_is_unavailable(counting: Counting) -> None:
    counting.is_down = True
    with pytest.raises(StoreUnavailable):
        Models(counting, SETTINGS, Clock()).get("m")


def test_a_thousand_requests_for_a_model_that_is_not_there_are_one_read(counting: Counting) -> None:
    models = Models(counting, SETTINGS, Clock())
    for _ in range(1000):
        with pytest.raises(ModelNotFound):
            models.get("nothing")
    assert counting.reads == 1


@pytest.mark.parametrize("name", ["", "../m", "a/b", "-a", "a" * 64, "ü", "a\0"])
def test_what_cannot_be_a_name_is_not_asked_for(counting: Counting, name: str) -> None:
    with pytest.raises(ModelNotFound):
        Models(counting, SETTINGS, Clock()).get(name)
    assert counting.reads == 0


def test_callers_at_once_share_one_read_also_where_it_fails(counting: Counting) -> None:
    counting.is_down = True
    counting.gate = threading.Event()
    models = Models(counting, SETTINGS, Clock())
    failed: list[Exception] = []

    def ask() -> None:
        try:
            models.get("m")
        except StoreUnavailable as error:
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    until(lambda: counting.reads == 1, "the first one asks")
    counting.gate.set()
    for thread in threads:
        thread.join()
    assert len(failed) == 20
    assert counting.reads < 20


def test_no_more_documents_are_kept_than_are_allowed(counting: Counting) -> None:
    for name in "abc":
        publish(counting, model=name)
    counting.reads = 0
    models = Models(counting, replace(SETTINGS, model_cache=2), Clock())
    for name in "abab":
        models.get(name)
    assert counting.reads == 2
    models.get("c")
    models.peek("b")
    with pytest.raises(NotInMemory):
        models.peek("a")


def test_names_of_nothing_push_no_model_out(counting: Counting) -> None:
    models = Models(counting, replace(SETTINGS, model_cache=2), Clock())
    models.get("m")
    for number in range(10):
        with pytest.raises(ModelNotFound):
            models.get(f"nothing{number}")
    assert models.peek("m").document.version == "v1"


def test_a_model_that_comes_is_soon_seen(counting: Counting) -> None:
    clock = Clock()
    models = Models(counting, SETTINGS, clock)
    with pytest.raises(ModelNotFound):
        models.get("new")
    publish(counting, model="new")
    clock.now = 2
    assert models.get("new").document.version == "v1"


def test_what_was_forgotten_is_asked_for_again(counting: Counting) -> None:
    models = Models(counting, SETTINGS, Clock())
    models.get("m")
    models.forget()
    publish(counting, "v2")
    assert models.get("m").document.version == "v2"


def test_an_alias_that_holds_nothing_is_no_model(counting: Counting) -> None:
    draft = Alias(version=None, at="", cause={}, recipe={})
    aliases.move(counting, "empty", "latest", {}, lambda _current: draft)
    with pytest.raises(ModelNotFound):
        Models(counting, SETTINGS, Clock()).get("empty")


def put_version(store: Store, version: str) -> str:
    """Put the document of a version, and return its key."""
    key = f"models/m/versions/{version}/model.json"
    store.create(key, described("m", version))
    return key


def test_any_version_is_served_beside_what_the_alias_names(counting: Counting) -> None:
    put_version(counting, "0123456789ab")
    models = Models(counting, SETTINGS, Clock())
    found = models.get("m", "0123456789ab")
    assert (found.document.version, found.generation) == ("0123456789ab", None)
    assert models.peek("m", "0123456789ab") == found
    assert models.get("m").document.version == "v1"


@pytest.mark.parametrize("version", ["ffffffffffff", "../../x/model", "latest", "", "0123456789AB"])
def test_a_version_that_is_not_there_is_not_found(counting: Counting, version: str) -> None:
    with pytest.raises(ModelNotFound):
        Models(counting, SETTINGS, Clock()).get("m", version)


def test_a_version_that_is_forgotten_is_no_longer_served_after_its_time(counting: Counting) -> None:
    key = put_version(counting, "0123456789ab")
    clock = Clock()
    models = Models(counting, SETTINGS, clock)
    models.get("m", "0123456789ab")
    said = encode_forgotten(Forgotten("data/m/a.csv", "2026-01-31T12:00:00.000Z", {}))
    counting.replace(key, said, counting.get(key).etag)
    clock.now = 25
    with pytest.raises(ModelForgotten, match=r"data/m/a\.csv"):
        models.get("m", "0123456789ab")
    with pytest.raises(ModelForgotten):
        models.peek("m", "0123456789ab")


def test_what_was_being_read_when_all_was_forgotten_is_not_kept(counting: Counting) -> None:
    models = Models(counting, SETTINGS, Clock())
    counting.gate = threading.Event()
    reader = threading.Thread(target=models.get, args=("m",))
    reader.start()
    until(lambda: counting.reads == 1, "the alias is being read")
    models.forget()
    counting.gate.set()
    reader.join()
    with pytest.raises(NotInMemory):
        models.peek("m")
    publish(counting, "v2")
    assert models.get("m").document.version == "v2"


@pytest.mark.heavy
def test_a_hundred_thousand_models_keep_no_more_in_memory_than_the_cache_holds(counting: Counting) -> None:
    data = counting.get(alias_key("m", "latest")).data
    names = [f"m{number}" for number in range(100_000)]
    for name in names:
        counting.create(alias_key(name, "latest"), data.replace(b'"model":"m"', f'"model":"{name}"'.encode()))
    counting.reads = 0
    models = Models(counting, Settings(model_cache=100))
    for name in names[::50]:
        assert models.get(name).document.model == name
        assert models.get(name).document.model == name
    assert counting.reads == len(names[::50]), "one read each"
    assert len(models._entries) == 100
    for name in names[::50][-100:]:
        models.peek(name)
    assert len(counting.list_folders(MODELS)) == 100_001


def of_bucket(endpoint: str | None) -> tuple[Counting, Models]:
    """Return a store that passes for a bucket behind an endpoint, and what reads its models."""
    store = Counting()
    publish(store, model="default")
    store.reads = 0
    store.url = "s3://bucket"
    return store, Models(store, replace(SETTINGS, s3=S3Settings(endpoint)))


@pytest.mark.parametrize("endpoint", ["https://minio:9000", None])
def test_a_store_behind_tls_is_read_before_anybody_asks(endpoint: str | None) -> None:
    store, models = of_bucket(endpoint)
    models.connect()
    until(lambda: is_in_memory(models), "the model was read")
    assert store.reads == 1


def test_a_request_amid_the_first_connection_waits_for_it_and_makes_no_other() -> None:
    store, models = of_bucket("https://minio:9000")
    store.gate = threading.Event()
    models.connect()
    threading.Timer(0, store.gate.set).start()
    assert models.get("default").generation is not None
    assert store.reads == 1


def test_a_store_that_is_down_at_the_start_is_asked_again_by_the_first_request() -> None:
    store, models = of_bucket("https://minio:9000")
    store.is_down = True
    models.connect()
    until(lambda: store.reads == 1 and not models._flights, "the store was asked")
    store.is_down = False
    assert models.get("default").generation is not None


def test_a_store_without_tls_is_left_alone_until_somebody_asks() -> None:
    store, models = of_bucket("http://minio:9000")
    models.connect()
    assert not models._flights
    assert store.reads == 0


def is_in_memory(models: Models) -> bool:
    try:
        models.peek("default")
    except NotInMemory:
        return False
    return True
