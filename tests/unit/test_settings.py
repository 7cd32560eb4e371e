from __future__ import annotations

import pytest

from lr_core.errors import SettingsError
from lr_core.settings import VARIABLES, S3Settings, Settings


def test_nothing_set_gives_the_defaults_of_the_contract() -> None:
    settings = Settings.from_environment({})
    assert settings == Settings()
    assert (settings.model, settings.alias, settings.model_ttl_s, settings.model_cache) == (
        "default",
        "latest",
        30,
        256,
    )
    assert (settings.store_timeout_s, settings.max_body_bytes, settings.model_max_stale_s) == (5, 10_485_760, None)


def test_each_variable_is_read() -> None:
    settings = Settings.from_environment(
        {
            "LR_STORE": "s3://bucket",
            "LR_MODEL": "m",
            "LR_ALIAS": "production",
            "LR_MODEL_TTL_S": "1",
            "LR_MODEL_MAX_STALE_S": "60",
            "LR_MODEL_CACHE": "2",
            "LR_STORE_TIMEOUT_S": "0.5",
            "LR_MAX_BODY_BYTES": "10",
            "HOME": "/",
        }
    )
    assert settings == Settings("s3://bucket", "m", "production", 1, 60, 2, 0.5, 10)


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(SettingsError) as error:
        Settings.from_environment({"LR_STOER": "s3://bucket"})
    assert "LR_STOER" in str(error.value)
    assert all(name in str(error.value) for name in VARIABLES)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LR_MODEL_TTL_S", "-1"),
        ("LR_MODEL_TTL_S", "nan"),
        ("LR_STORE_TIMEOUT_S", "0"),
        ("LR_MODEL_CACHE", "0"),
        ("LR_MAX_BODY_BYTES", "1.5"),
        ("LR_MODEL", "../x"),
        ("LR_ALIAS", ""),
        ("LR_CORS_ORIGINS", "app.example"),
        ("LR_CORS_ORIGINS", "https://app.example/"),
        ("LR_CORS_ORIGINS", "https://App.example"),
        ("LR_CORS_ORIGINS", "https://app.example,"),
        ("LR_CORS_ORIGINS", "*,https://app.example"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    if not value:
        assert Settings.from_environment({name: value}) == Settings()
        return
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: value})


@pytest.mark.parametrize(
    ("value", "origins"),
    [
        ("*", ("*",)),
        ("https://app.example, http://localhost:3000", ("https://app.example", "http://localhost:3000")),
        ("http://[::1]:80,capacitor://localhost", ("http://[::1]:80", "capacitor://localhost")),
    ],
)
def test_origins_are_read_as_browsers_write_them(value: str, origins: tuple[str, ...]) -> None:
    assert Settings.from_environment({"LR_CORS_ORIGINS": value}).cors_origins == origins


def test_the_endpoint_of_s3_goes_before_the_general_one() -> None:
    read = S3Settings.from_environment
    assert read({"AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_S3": "http://b"}).endpoint == "http://b"
    assert read({"AWS_ENDPOINT_URL": "http://a"}).endpoint == "http://a"
    assert read({}).region == "us-east-1"


def test_the_ca_bundle_is_named_as_for_every_s3_client() -> None:
    assert S3Settings.from_environment({"AWS_CA_BUNDLE": "/ca.crt"}).ca_bundle == "/ca.crt"
    assert S3Settings.from_environment({"AWS_CA_BUNDLE": ""}).ca_bundle is None


def test_a_secret_is_not_shown() -> None:
    for name in ("AWS_SECRET_ACCESS_KEY", "LR_NOTIFY_TOKEN", "LR_HASH_KEY"):
        assert "hush" not in repr(Settings.from_environment({name: "hush"}))
