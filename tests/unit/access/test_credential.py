from __future__ import annotations

import pytest

from lr_core.access.credential import LONGEST, credential
from lr_core.errors import Unauthenticated


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer k"},
        {"authorization": "bearer   k "},
        {"x-api-key": "k"},
        {"x-api-key": "k", "authorization": "Basic dTpw"},
    ],
)
def test_a_credential_stands_in_either_header(headers: dict[str, str]) -> None:
    assert credential(headers, "model=m") == "k"


@pytest.mark.parametrize(
    "headers", [{}, {"authorization": ""}, {"authorization": "Bearer"}, {"authorization": "Bearer "}, {"x-api-key": ""}]
)
def test_none_is_said_to_be_none(headers: dict[str, str]) -> None:
    with pytest.raises(Unauthenticated) as error:
        credential(headers)
    assert not error.value.is_wrong


@pytest.mark.parametrize("authorization", ["Basic dTpw", "Digest x", "k", "Bearerk", "Negotiate k"])
def test_another_scheme_is_no_credential(authorization: str) -> None:
    with pytest.raises(Unauthenticated):
        credential({"authorization": authorization})


@pytest.mark.parametrize(
    "query",
    [
        "access_token=k",
        "api_key=k",
        "apikey=k",
        "API-KEY=k",
        "X-Api-Key=k",
        "model=m&token=k",
        "%61ccess_token=k",
        "access_token",
        "+key=k",
        "jwt=a.b.c",
        "&".join(["a=b"] * 2000),
    ],
)
def test_one_in_the_query_is_refused_whatever_stands_in_the_headers(query: str) -> None:
    with pytest.raises(Unauthenticated, match="query"):
        credential({"authorization": "Bearer k"}, query)


def test_one_that_is_too_long_is_not_read() -> None:
    with pytest.raises(Unauthenticated) as error:
        credential({"x-api-key": "k" * (LONGEST + 1)})
    assert len(str(error.value)) < 100
