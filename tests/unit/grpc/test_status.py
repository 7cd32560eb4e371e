"""The code that each error is said by."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from grpc import StatusCode

from lr_core.errors import InvalidInput, MalformedRequest, ModelForgotten, ModelNotFound, StoreUnavailable
from lr_core.grpc.status import status

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Keep out of the tests' output what is logged on purpose."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (MalformedRequest("broken"), StatusCode.INVALID_ARGUMENT, "broken"),
        (InvalidInput.at("/inputs", "wrong"), StatusCode.INVALID_ARGUMENT, "/inputs: wrong"),
        (ModelNotFound("there is none"), StatusCode.NOT_FOUND, "there is none"),
        (ModelForgotten("it was forgotten"), StatusCode.NOT_FOUND, "it was forgotten"),
        (ModelNotFound("there is no 'ü'"), StatusCode.NOT_FOUND, "there is no '\\xfc'"),
    ],
)
def test_an_error_has_a_code_and_says_itself(error: Exception, code: StatusCode, text: str) -> None:
    assert status(error) == (code, text)


def test_why_a_store_failed_and_what_was_unexpected_stay_here() -> None:
    code, text = status(StoreUnavailable("http://secret:9000 refused"))
    assert (code, "secret" in text, "try again" in text) == (StatusCode.UNAVAILABLE, False, True)
    assert status(RuntimeError("secret")) == (StatusCode.INTERNAL, "Internal Server Error")
