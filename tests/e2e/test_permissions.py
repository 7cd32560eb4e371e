"""Each function's credentials open what it needs and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import obstore
import pytest
from obstore.exceptions import BaseError

from tests.e2e.models import new_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from obstore.store import S3Store

    Open = Callable[..., S3Store]

PREFIXES = ("data", "models", "statistics", "dead-letters")
READABLE = {
    "lr-predict": {"models"},
    "lr-train": {"data", "models", "statistics"},
    "lr-deadletters": {"dead-letters"},
}
WRITABLE = {"lr-predict": set[str](), "lr-train": {"models", "statistics"}, "lr-deadletters": {"dead-letters"}}
DELETABLE = {**WRITABLE, "lr-deadletters": set[str]()}
EACH = pytest.mark.parametrize(
    ("function", "prefix"), [(function, prefix) for function in READABLE for prefix in PREFIXES]
)


def refused() -> pytest.RaisesExc[BaseError]:
    """Expect the server's 403, which obstore tells as one error or another."""
    return pytest.raises(BaseError, match="AccessDenied")


@pytest.fixture
def key(bucket: S3Store, prefix: str) -> Iterator[str]:
    """Put an object."""
    key = f"{prefix}/{new_name()}/object"
    obstore.put(bucket, key, b"x")
    yield key
    obstore.delete(bucket, key)


@pytest.fixture(scope="module")
def other_bucket(open_as_operator: Open) -> Iterator[str]:
    """Make another bucket with an object in it: a PUT of its name alone makes a bucket."""
    name = new_name()
    store = open_as_operator(name)
    httpx.put(obstore.sign(store, "PUT", "", timedelta(minutes=1))).raise_for_status()
    for prefix in PREFIXES:
        obstore.put(store, f"{prefix}/object", b"x")
    yield name
    for prefix in PREFIXES:
        obstore.delete(store, f"{prefix}/object")
    httpx.delete(obstore.sign(store, "DELETE", "", timedelta(minutes=1))).raise_for_status()


@EACH
def test_a_function_reads_what_it_needs(open_as_function: Open, function: str, prefix: str, key: str) -> None:
    store = open_as_function(function)
    if prefix in READABLE[function]:
        assert bytes(obstore.get(store, key).bytes()) == b"x"
        with pytest.raises(FileNotFoundError):  # 404, and not 403, tells a missing model from a wrong password
            obstore.get(store, f"{key}-that-is-missing")
        return
    with refused():
        obstore.get(store, key)


@EACH
def test_a_function_lists_what_it_needs(open_as_function: Open, function: str, prefix: str, key: str) -> None:
    store = open_as_function(function)
    if prefix in READABLE[function]:
        assert key in {item["path"] for page in obstore.list(store, f"{prefix}/") for item in page}
        return
    with refused():
        list(obstore.list(store, f"{prefix}/"))


@EACH
def test_a_function_writes_what_it_needs(open_as_function: Open, function: str, prefix: str, key: str) -> None:
    store = open_as_function(function)
    if prefix in WRITABLE[function]:
        obstore.put(store, key, b"y")
        return
    for mode in ("create", "overwrite"):
        with refused():
            obstore.put(store, f"{key}-{mode}", b"y", mode=mode)
    with refused():
        obstore.put(store, key, b"y")


@EACH
def test_a_function_deletes_what_it_needs(
    open_as_function: Open, bucket: S3Store, function: str, prefix: str, key: str
) -> None:
    store = open_as_function(function)
    if prefix in DELETABLE[function]:
        obstore.delete(store, key)
        with pytest.raises(FileNotFoundError):
            obstore.head(bucket, key)
        return
    with refused():
        obstore.delete(store, key)
    assert obstore.head(bucket, key)["size"] == 1


@pytest.mark.parametrize("function", READABLE)
def test_a_function_does_not_list_the_whole_bucket(open_as_function: Open, function: str) -> None:
    with refused():
        list(obstore.list(open_as_function(function)))


@pytest.mark.parametrize("function", READABLE)
def test_a_function_reaches_no_other_bucket(open_as_function: Open, other_bucket: str, function: str) -> None:
    store = open_as_function(function, other_bucket)
    for prefix in PREFIXES:
        with refused():
            obstore.get(store, f"{prefix}/object")
        with refused():
            list(obstore.list(store, f"{prefix}/"))
        with refused():
            obstore.put(store, f"{prefix}/another", b"x")
