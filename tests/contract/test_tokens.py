"""JWT bearer tokens, behind every door, by a key set in a setting, a file, and at an issuer that goes away."""

from __future__ import annotations

import subprocess
from time import time
from typing import TYPE_CHECKING

import pytest

from tests.contract.callers import closed_settings, fault, key
from tests.contract.conftest import DOORS, ROOT, command, environment, running
from tests.issuing import AUDIENCE, ISSUER, key_set, publishing, signed

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

CLAIMS = {"LR_JWT_ISSUER": ISSUER, "LR_JWT_AUDIENCE": AUDIENCE}
PATHS = ("/v1/models", "/v1/models/none", "/v2/models/none")
"""The long way, at once, and by V2."""


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def statuses(client: httpx.Client, headers: dict[str, str]) -> list[int]:
    return [client.get(path, headers=headers).status_code for path in PATHS]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("source", ["inline", "file"])
def test_a_token_of_the_issuer_lets_in_by_its_scopes(door: str, source: str, tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text(key_set("a", "ec"))
    jwks = str(file) if source == "file" else file.read_text()
    with running(door, "predict", (tmp_path / "b").as_uri(), **CLAIMS, **closed_settings(), LR_JWKS=jwks) as client:
        for token in (signed("a"), signed("ec"), signed(scope="openid lr:admin")):
            assert statuses(client, bearer(token)) == [200, 404, 404]
        assert statuses(client, {"x-api-key": signed("a")}) == [200, 404, 404]
        assert statuses(client, key("predict")) == [200, 404, 404], "keys count beside tokens"
        for token in (signed(scope="lr:train"), signed(scope=None)):
            for path in PATHS:
                answer = client.get(path, headers=bearer(token))
                fault(answer, 403, "forbidden")
                assert 'error="insufficient_scope", scope="lr:predict"' in answer.headers["www-authenticate"]
        wrong = {
            "expired": signed(exp=time() - 60),
            "not yet": signed(nbf=time() + 60),
            "audience": signed(aud="other"),
            "issuer": signed(iss="other"),
            "signed": signed("b", headers={"kid": "a"}),
        }
        for name, token in wrong.items():
            for path in PATHS:
                answer = client.get(path, headers=bearer(token))
                fault(answer, 401, "unauthenticated")
                assert 'error="invalid_token"' in answer.headers["www-authenticate"]
                assert token not in answer.text, name
        fault(client.get("/v1/models", params={"access_token": signed()}), 401, "unauthenticated")


@pytest.mark.parametrize("door", DOORS)
def test_an_outage_of_the_issuer_locks_nobody_out_who_was_in(door: str, tmp_path: Path) -> None:
    with publishing(key_set("a")) as published:
        settings = {**CLAIMS, **closed_settings(), "LR_JWKS": published.url}
        with running(door, "predict", tmp_path.as_uri(), **settings) as client:
            assert statuses(client, bearer(signed())) == [200, 404, 404]
            published.status = 500
            for _ in range(3):
                for number in range(3):
                    assert statuses(client, bearer(signed(sub=f"user {number}"))) == [200, 404, 404]
                fault(client.get("/v1/models", headers=bearer(signed("b"))), 401, "unauthenticated")
            assert published.n_asked == 1, "one answer is enough for all, and for a while"


@pytest.mark.parametrize("door", DOORS)
def test_before_the_issuer_answers_tokens_are_503_and_keys_are_good(door: str, tmp_path: Path) -> None:
    with publishing(key_set("a")) as published:
        published.status = 500
        settings = {**CLAIMS, **closed_settings(), "LR_JWKS": published.url}
        with running(door, "predict", tmp_path.as_uri(), **settings) as client:
            for _ in range(5):
                for path in PATHS:
                    answer = client.get(path, headers=bearer(signed()))
                    fault(answer, 503, "issuer-unavailable")
                    assert answer.headers["retry-after"] == "1"
                    assert published.url not in answer.text
            assert statuses(client, key("predict")) == [200, 404, 404]
            assert client.get("/healthz").status_code == 200
            assert published.n_asked == 1


@pytest.mark.parametrize("function", ["predict", pytest.param("train", marks=pytest.mark.heavy)])
@pytest.mark.parametrize(
    "more",
    [
        {"LR_JWKS": "keys.json"},
        {"LR_JWKS": "{}"},
        {"LR_JWT_ISSUER": ISSUER},
        {"LR_JWT_AUDIENCE": AUDIENCE},
        {"LR_API_KEYS": "lr_secret"},
        {"LR_API_KEYS_FILE": "none"},
        {"LR_RATE_LIMIT": "often"},
    ],
)
def test_settings_that_cannot_be_used_stop_the_start_instead_of_leaving_it_open(
    function: str, more: dict[str, str], tmp_path: Path
) -> None:
    ended = subprocess.run(
        command("image", function, function, 1),
        check=False,
        cwd=ROOT / "functions" / function,
        env=environment(tmp_path.as_uri(), 1, **more),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 1
    (said,) = ended.stderr.splitlines()
    assert said.startswith("error: LR_")
    assert next(iter(more)) in said
    assert "lr_secret" not in said
