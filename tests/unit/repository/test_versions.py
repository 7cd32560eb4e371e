from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lr_core import document
from lr_core.errors import LrError
from lr_core.repository import versions
from lr_core.repository.keys import is_table, version_key
from tests.documents import described

if TYPE_CHECKING:
    from lr_core.store import Store

DIGEST = "0123456789ab" + "0" * 52


def model(digest: str = DIGEST, coef: float = 1.0) -> bytes:
    return described("m", digest, coef=coef, intercept=0.1)


def test_a_version_is_found_once_its_commit_mark_is_written(store: Store) -> None:
    assert versions.find(store, "m", DIGEST) is None
    assert versions.create(store, "m", DIGEST, (b"lineage", b"inference", model())) == model()
    assert versions.find(store, "m", DIGEST) == model()


def test_of_an_unfinished_version_what_is_there_is_kept(store: Store) -> None:
    store.create(version_key("m", DIGEST[:12], "lineage.json"), b"first")
    assert versions.find(store, "m", DIGEST) is None
    versions.create(store, "m", DIGEST, (b"second", b"inference", model()))
    assert store.get(version_key("m", DIGEST[:12], "lineage.json")).data == b"first"


def test_who_comes_second_gets_the_document_that_is_stored(store: Store) -> None:
    versions.create(store, "m", DIGEST, (b"lineage", b"inference", model(coef=1.0)))
    stored = versions.create(store, "m", DIGEST, (b"lineage", b"inference", model(coef=1.0000001)))
    assert stored == model(coef=1.0)


def test_other_inputs_with_the_same_first_digits_are_not_taken_for_these(store: Store) -> None:
    versions.create(store, "m", DIGEST, (b"lineage", b"inference", model()))
    other = DIGEST[:-1] + "1"
    with pytest.raises(LrError, match="same first digits"):
        versions.find(store, "m", other)


def test_a_document_reads_back_bit_for_bit() -> None:
    read = document.decode(model(coef=0.1 + 0.2))
    assert read.coef == [0.1 + 0.2]
    assert document.encode(read) == model(coef=0.1 + 0.2)
    assert read.to_model().predict([[2.0]]) == [0.1 + (0.1 + 0.2) * 2.0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.csv", True),
        ("A.CSV", True),
        ("deep/er/a.parquet.gz", True),
        ("a.statistic.json", True),
        ("a.json", False),
        ("csv", False),
        (".a.csv", False),
        ("_a.csv", False),
        ("_tmp/a.csv", False),
        ("deep/_a.csv", True),
        ("a.csv/", False),
    ],
)
def test_a_table_is_known_by_its_name(name: str, expected: bool) -> None:  # noqa: FBT001
    assert is_table("m", f"data/m/{name}") is expected
