"""The store of the races keeps the contract that the real ones keep."""

from __future__ import annotations

import pytest

from tests.races.dict_store import DictStore
from tests.unit import test_store as contract

PROMISES = [getattr(contract, name) for name in vars(contract) if name.startswith("test_")]
OF_ANY_STORE = [
    promise for promise in PROMISES if promise.__code__.co_varnames[: promise.__code__.co_argcount] == ("store",)
]


@pytest.mark.parametrize("promise", OF_ANY_STORE, ids=lambda promise: promise.__name__)
def test_a_store_over_a_dict_keeps_what_the_others_promise(promise: object) -> None:
    assert callable(promise)
    promise(DictStore())


def test_there_are_promises_to_keep() -> None:
    assert len(OF_ANY_STORE) >= 10


def test_an_object_that_is_as_it_was_has_the_etag_that_it_had() -> None:
    store = DictStore()
    first = store.put("k", b"a")
    assert store.put("k", b"b") != first
    assert store.put("k", b"a") == first
