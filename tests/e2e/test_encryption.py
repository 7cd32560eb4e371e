"""What is in the bucket is on the disk in no form that can be read there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
import obstore
import pytest

from tests.e2e.disk import files_with
from tests.e2e.models import new_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from obstore.store import S3Store

    from tests.e2e.models import Model


@pytest.fixture
def plain_bucket(open_as_operator: Callable[..., S3Store]) -> Iterator[S3Store]:
    """Make a bucket that nobody told to encrypt."""
    store = open_as_operator(new_name())
    httpx.put(obstore.sign(store, "PUT", "", timedelta(minutes=1))).raise_for_status()
    yield store
    obstore.delete(store, "object")
    httpx.delete(obstore.sign(store, "DELETE", "", timedelta(minutes=1))).raise_for_status()


def test_no_row_of_a_table_and_no_model_of_it_can_be_read_on_the_disk(model: Model, plain_bucket: S3Store) -> None:
    planted, plain = (f"planted_{uuid4().hex}" for _ in range(2))
    # As the name of a column it gets from the table into statistics, recipe, versions, alias and history.
    obstore.put(model.bucket, model.key("planted.csv"), f"{planted},y\n0,1\n1,3\n2,5\n".encode(), mode="create")
    obstore.put(plain_bucket, "object", plain.encode())
    learned = model.learn()
    assert learned["coef"] == pytest.approx([2.0])
    assert planted.encode() in model.read(f"models/{model.name}/aliases/latest.json")
    found = files_with(planted, plain)
    assert found[plain], "the search does not see what is there"
    assert found[planted] == []


def test_every_object_says_that_it_is_encrypted(model: Model) -> None:
    model.put("t.csv", [(0, 1), (1, 3)])
    model.learn()
    for key in [key for prefix in ("data", "models", "statistics") for key in model.keys(prefix)]:
        head = httpx.head(obstore.sign(model.bucket, "HEAD", key, timedelta(minutes=1)))
        assert head.headers["x-amz-server-side-encryption"] == "AES256", key
