from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from lr_core.errors import ObjectChanged, ObjectExists, ObjectNotFound, SettingsError, StoreUnavailable
from lr_core.settings import S3Settings
from lr_core.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from lr_core.store import Store

KEY = "data/default/a b+ü%41.csv"


def test_what_was_created_is_read_with_the_same_etag(store: Store) -> None:
    etag = store.create(KEY, b"one")
    found = store.get(KEY)
    assert (found.data, found.etag) == (b"one", etag)
    assert [(item.key, item.etag, item.size) for item in store.list_objects("data/default/")] == [(KEY, etag, 3)]


def test_create_does_not_overwrite(store: Store) -> None:
    store.create(KEY, b"one")
    with pytest.raises(ObjectExists):
        store.create(KEY, b"two")
    assert store.get(KEY).data == b"one"


def test_replace_succeeds_only_on_the_etag_it_names(store: Store) -> None:
    first = store.create(KEY, b"one")
    second = store.replace(KEY, b"two", first)
    with pytest.raises(ObjectChanged):
        store.replace(KEY, b"three", first)
    assert store.get(KEY).data == b"two"
    assert store.replace(KEY, b"four", second) != second


def test_replace_of_an_object_that_is_not_there_is_a_lost_race(store: Store) -> None:
    with pytest.raises(ObjectChanged):
        store.replace("nothing", b"one", "0")
    with pytest.raises(ObjectNotFound):
        store.get("nothing")


def test_get_unless_answers_only_for_another_etag(store: Store) -> None:
    etag = store.create(KEY, b"one")
    assert store.get_unless(KEY, etag) is None
    store.replace(KEY, b"two", etag)
    found = store.get_unless(KEY, etag)
    assert found is not None
    assert found.data == b"two"


def test_open_streams_just_the_bytes_that_had_the_etag(store: Store) -> None:
    data = bytes(range(256)) * 20_000
    etag = store.create(KEY, data)
    with store.open(KEY, etag) as stream:
        assert stream.read() == data
    store.replace(KEY, b"other", etag)
    with pytest.raises(ObjectChanged):
        store.open(KEY, etag)


def test_what_was_deleted_is_gone_and_may_be_deleted_again(store: Store) -> None:
    store.create(KEY, b"one")
    store.delete(KEY)
    store.delete(KEY)
    with pytest.raises(ObjectNotFound):
        store.get(KEY)
    store.create(KEY, b"two")


def test_folders_are_what_stands_before_the_next_slash(store: Store) -> None:
    for key in ("models/b/aliases/x.json", "models/a/aliases/x.json", "models/a/versions/1/model.json"):
        store.create(key, b"{}")
    assert store.list_folders("models/") == ["a", "b"]
    assert store.list_folders("data/") == []


def test_of_sixteen_creates_at_once_one_wins(store: Store) -> None:
    def create(number: int) -> bool:
        try:
            store.create(KEY, b"%d" % number)
        except ObjectExists:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(create, range(16))) == 1


def test_of_sixteen_swaps_at_once_one_wins(store: Store) -> None:
    etag = store.create(KEY, b"start")

    def swap(number: int) -> bool:
        try:
            store.replace(KEY, b"%d" % number, etag)
        except ObjectChanged:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(swap, range(16))) == 1


def count_up(url: str, rounds: int) -> None:
    store = open_store(url)
    for _ in range(rounds):
        while True:
            found = store.get("counter")
            try:
                store.replace("counter", b"%d" % (int(found.data) + 1), found.etag)
            except ObjectChanged:
                continue
            break


def test_processes_that_count_up_in_a_folder_lose_no_count(tmp_path: Path) -> None:
    url = tmp_path.as_uri()
    open_store(url).create("counter", b"0")
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=count_up, args=(url, 50)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert open_store(url).get("counter").data == b"200"


def test_a_server_that_is_not_there_is_unavailable() -> None:
    store = open_store("s3://bucket", S3Settings("http://127.0.0.1:9"), timeout_s=0.5)
    with pytest.raises(StoreUnavailable, match=r"^no answer from s3://bucket: [^\n]*$"):
        store.get("key")


def test_what_the_settings_say_wins_over_the_process_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:10")
    store = open_store("s3://bucket", S3Settings("http://127.0.0.1:9"), timeout_s=0.2)
    with pytest.raises(StoreUnavailable, match=r"http://127\.0\.0\.1:9/bucket/key"):
        store.get("key")


def test_wrong_credentials_are_a_refusal(s3_server: S3Settings) -> None:
    wrong = S3Settings(s3_server.endpoint, access_key_id="tester", secret_access_key="wrong")
    with pytest.raises(StoreUnavailable, match="not allowed"):
        open_store("s3://tests", wrong).get("key")


@pytest.mark.parametrize("endpoint", ["localhost:9000", "http://", "http://a b", "ftp://host"])
def test_an_endpoint_that_is_no_url_is_a_wrong_setting(endpoint: str) -> None:
    with pytest.raises(SettingsError, match="expected a URL such as"):
        open_store("s3://bucket", S3Settings(endpoint))


def test_a_folder_that_cannot_be_a_store_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="file cannot be a store: File exists"):
        open_store((tmp_path / "file").as_uri())


def test_a_bucket_that_is_not_there_is_named(s3_server: S3Settings) -> None:
    store = open_store("s3://nothing-here", s3_server)
    with pytest.raises(StoreUnavailable, match="there is no bucket s3://nothing-here"):
        store.get("key")


@pytest.mark.parametrize(
    "url", ["", "s3://", "s3://a b", "s3:bucket", "file://host/folder", "gs://bucket", "memory://x"]
)
def test_a_url_of_another_form_says_which_there_are(url: str) -> None:
    with pytest.raises(SettingsError, match="expected s3://bucket, file:///folder or memory://"):
        open_store(url)
