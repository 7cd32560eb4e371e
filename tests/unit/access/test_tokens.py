from __future__ import annotations

import base64
import hmac
import json
from hashlib import sha256
from time import time
from typing import Any

import jwt
import pytest

from lr_core.access.issuer import Issuer
from lr_core.access.tokens import MOST_REMEMBERED, REMEMBERED_S, Tokens
from lr_core.errors import Unauthenticated
from tests.issuing import AUDIENCE, ISSUER, claims, key_set, private, public_pem, signed

HOUR_S = 3600


def tokens(*names: str, issuer: str | None = ISSUER, audience: str | None = AUDIENCE) -> Tokens:
    """Return what knows the callers of an issuer."""
    data = key_set(*(names or ("a",))).encode()
    return Tokens(Issuer(lambda: data), issuer, audience)


def refused(token: str, known: Tokens | None = None) -> str:
    """Return why a token does not count."""
    with pytest.raises(Unauthenticated) as error:
        (known or tokens("a", "ec")).caller(token, waits=True)
    assert error.value.is_wrong
    return str(error.value)


def encoded(part: object) -> str:
    """Return a part of a token."""
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("name", ["a", "ec"])
def test_a_good_token_names_its_caller_and_its_roles(name: str) -> None:
    found = tokens(name).caller(signed(name, scope="openid lr:predict lr:train email"), waits=True)
    assert found.name == "token ana"
    assert set(found.roles) == {"predict", "train"}


@pytest.mark.parametrize(
    ("more", "roles"),
    [
        ({"scope": "lr:admin"}, {"admin"}),
        ({"scope": None, "scp": ["lr:train", 5]}, {"train"}),
        ({"scope": None, "scp": "lr:train"}, {"train"}),
        ({"scope": "predict lr:predictor LR:ADMIN xlr:admin"}, set()),
        ({"scope": None}, set()),
        ({"scope": {"lr:admin": True}}, set()),
        ({"scope": 5}, set()),
        ({"roles": ["admin"], "scope": ""}, set()),
    ],
)
def test_only_scopes_give_roles(more: dict[str, Any], roles: set[str]) -> None:
    assert set(tokens().caller(signed(**more), waits=True).roles) == roles


def test_a_token_of_the_past_the_future_or_without_end_does_not_count() -> None:
    assert "expired" in refused(signed(exp=time() - 5))
    assert "expired" in refused(signed(exp=0))
    assert "not valid yet" in refused(signed(nbf=time() + 60))
    refused(signed(exp=None))
    refused(signed(exp="tomorrow"))
    refused(signed(exp=float("inf")))


def test_a_token_for_others_or_of_others_does_not_count() -> None:
    assert "audience" in refused(signed(aud="other"))
    assert "audience" in refused(signed(aud=["other", "third"]))
    refused(signed(aud=None))
    assert "issuer" in refused(signed(iss="https://other.example"))
    refused(signed(iss=None))
    assert tokens().caller(signed(aud=["other", AUDIENCE]), waits=True).name == "token ana"


def test_without_an_audience_only_tokens_without_one_count() -> None:
    anywhere = tokens(audience=None, issuer=None)
    assert anywhere.caller(signed(aud=None, iss=None), waits=True).name == "token ana"
    assert "audience" in refused(signed(), anywhere)


def test_a_token_that_says_it_needs_no_signature_does_not_count() -> None:
    payload = encoded(claims())
    for algorithm in ("none", "None", "NONE", "nOnE", "", None):
        for signature in ("", "AAAA"):
            refused(f"{encoded({'alg': algorithm, 'typ': 'JWT', 'kid': 'a'})}.{payload}.{signature}")


def test_a_public_key_is_no_secret_to_sign_with() -> None:
    payload = encoded(claims())
    for algorithm in ("HS256", "HS384", "HS512", "hs256", "RS256", "ES256"):
        for name in ("a", "ec"):
            for known in (public_pem(name), key_set(name).encode()):
                head = f"{encoded({'alg': algorithm, 'kid': name})}.{payload}"
                signature = base64.urlsafe_b64encode(hmac.new(known, head.encode(), sha256).digest())
                refused(f"{head}.{signature.rstrip(b'=').decode()}")


def test_a_key_that_the_token_brings_along_is_not_used() -> None:
    for headers in (
        {"jwk": json.loads(key_set("own"))["keys"][0]},
        {"jku": "https://evil.example"},
        {"x5u": "https://e"},
    ):
        refused(signed("own", headers={"kid": "a", **headers}))
    refused(signed("own"))
    refused(signed("own", headers={"kid": "a"}))


def test_a_key_is_used_for_its_own_algorithm_alone() -> None:
    for algorithm in ("RS384", "PS256"):
        refused(signed("a", algorithm))
    refused(signed("ec", headers={"kid": "a"}))
    refused(signed("a", headers={"kid": "ec"}))


def test_a_token_that_was_touched_does_not_count() -> None:
    head, payload, signature = signed().split(".")
    more = encoded(claims(scope="lr:admin"))
    for token in (
        f"{head}.{more}.{signature}",
        f"{head}.{payload}.{signature[:-4]}AAAA",
        f"{head}.{payload}.",
        f"{head}..{signature}",
        f".{payload}.{signature}",
        "..",
        "a.b.c",
        f"{encoded([])}.{payload}.{signature}",
        f"{encoded({'alg': 'RS256', 'kid': ['a']})}.{payload}.{signature}",
        f"{encoded({'alg': 'RS256', 'kid': '../../a'})}.{payload}.{signature}",
        f"{encoded({'alg': 'RS256', 'kid': 'a', 'crit': ['exp'], 'exp': 1})}.{payload}.{signature}",
        f"{encoded({'alg': ['RS256'], 'kid': 'a'})}.{payload}.{signature}",
        "\xff.\xff.\xff",
        "é.é.é",
    ):
        refused(token)


def test_a_token_that_is_nested_deeply_does_not_count() -> None:
    deep = base64.urlsafe_b64encode(b"[" * 3000 + b"]" * 3000).rstrip(b"=").decode()
    refused(f"{deep}.{encoded(claims())}.AAAA")
    refused(f"{encoded({'alg': 'RS256', 'kid': 'a'})}.{deep}.AAAA")
    token = jwt.api_jws.encode(b"[" * 3000 + b"]" * 3000, private("a"), "RS256", {"kid": "a"})
    refused(token)


def test_a_token_is_remembered_for_a_minute_and_never_beyond_its_end() -> None:
    now = [time()]
    data = key_set("a").encode()
    n_verified = 0

    class Counted(Issuer):
        def key(self, name: str | None, *, waits: bool) -> Any:
            nonlocal n_verified
            n_verified += 1
            return super().key(name, waits=waits)

    known = Tokens(Counted(lambda: data), ISSUER, AUDIENCE, lambda: now[0])
    token, short = signed(), signed(exp=now[0] + 30)
    for _ in range(10):
        assert known.caller(token, waits=True) is known.caller(token, waits=False)
    assert n_verified == 1
    now[0] += REMEMBERED_S + 1
    known.caller(token, waits=True)
    assert n_verified == 2
    now[0] -= REMEMBERED_S + 1
    known.caller(short, waits=True)
    assert n_verified == 3
    now[0] += 31
    known.caller(short, waits=True)  # PyJWT's own clock has not moved
    assert n_verified == 4, "which is verified again once its end has come"


def test_many_tokens_take_no_more_memory_than_some() -> None:
    known = tokens()
    caller = known.caller(signed(), waits=True)
    for number in range(MOST_REMEMBERED + 10):
        known._remember(str(number).encode(), caller, time() + HOUR_S)
    assert len(known._remembered) == MOST_REMEMBERED


def test_a_name_is_only_so_long() -> None:
    found = tokens().caller(signed(sub="x" * 5000), waits=True)
    assert len(found.name) == 200
    assert tokens().caller(signed(sub=None, client_id="batch"), waits=True).name == "token batch"
