"""The settings: the only list of the variables that this project reads from its environment."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lr_core.errors import SettingsError
from lr_core.names import NAME_RULE, is_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["S3Settings", "Settings", "url"]

PREFIX = "LR_"
REGION = "us-east-1"
LONGEST_S = 1_000_000_000
COUNT_DIGITS = 15
LAST_PORT = 65_535
LABEL = "[A-Za-z0-9_-]{1,63}"
URL = re.compile(rf"https?://({LABEL}(\.{LABEL})*\.?|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?([/?][!\"$-~]*)?")
"""Of an HTTP server; a user and a password have no place in it, for it is written to logs."""
ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:[0-9]+)?")
"""As a browser writes one: in lower case, without a path."""


@dataclass(frozen=True, slots=True)
class S3Settings:
    """Where an S3 server is and who asks, by the names that every S3 client knows.

    Attributes
    ----------
    endpoint
        URL of the server; None for Amazon's own.
    region
        Name of the region; servers other than Amazon's take any.
    access_key_id, secret_access_key
        Credentials; both None for unsigned requests.
    ca_bundle
        The certificates, in PEM, that the server's may be signed by, beside those that the system trusts: a file's
        name, or they themselves, where a pod mounts no file. None for the system's alone.
    """

    endpoint: str | None = None
    region: str = REGION
    access_key_id: str | None = None
    secret_access_key: str | None = field(default=None, repr=False)
    ca_bundle: str | None = None

    @property
    def speaks_tls(self) -> bool:
        """Tell whether the server does, as Amazon's own does."""
        return not (self.endpoint or "").startswith("http:")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> S3Settings:
        """Read the `AWS_` variables."""
        read = environment.get
        return cls(
            endpoint=read("AWS_ENDPOINT_URL_S3") or read("AWS_ENDPOINT_URL") or None,
            region=read("AWS_REGION") or REGION,
            access_key_id=read("AWS_ACCESS_KEY_ID") or None,
            secret_access_key=read("AWS_SECRET_ACCESS_KEY") or None,
            ca_bundle=read("AWS_CA_BUNDLE") or None,
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """What a process is told by its environment.

    Attributes
    ----------
    store
        URL of the store: `s3://bucket`, `file:///folder` or `memory://`; None where nothing was said.
    model, alias
        The model that routes without a name mean; the alias that predict serves.
    model_ttl_s
        Seconds for which a cached alias is taken for the present one.
    model_max_stale_s
        Seconds after which a cached alias no longer answers for a store that is down; None for never.
    model_cache
        The most documents that a process keeps.
    store_timeout_s
        Seconds that a call to the store may take to its first byte, retries included, and between bytes.
    max_body_bytes
        The largest request body, and message of gRPC, in bytes.
    sink
        URL that takes events, such as a broker's; None where there is none.
    notify_token
        The secret that MinIO says with each notification; None where none is asked for.
    hash_key
        The secret that makes pseudonyms of the cells of hashed columns; None where there is none.
    cors_origins
        Origins whose pages may call the functions from a browser; `*` alone for all, empty for none.
    api_keys, api_keys_file
        Entries `name:role+role:sha256hex`, and a file of such; `lr_core.access.keys` reads them.
    jwks
        The key set that verifies tokens: JSON, a file, or a URL.
    jwt_issuer, jwt_audience
        What tokens have to claim as `iss` and `aud`.
    rate_limit
        How often a caller may ask, such as `100/second`; None for as often as it likes.
    key
        The API key that the command says where it calls a server; no server reads it.
    metrics_port
        A second port, which answers `/metrics` and asks for no key; None for none.
    metrics_models
        The most models that have series of their own among the metrics of a process.
    log_level
        The least level of what is written to the log: `debug`, `info`, `warning` or `error`.
    log_format
        `json` or `text`; None where nothing was said.
    """

    store: str | None = None
    model: str = "default"
    alias: str = "latest"
    model_ttl_s: float = 30.0
    model_max_stale_s: float | None = None
    model_cache: int = 256
    store_timeout_s: float = 5.0
    max_body_bytes: int = 10_485_760
    sink: str | None = None
    notify_token: str | None = field(default=None, repr=False)
    cors_origins: tuple[str, ...] = ()
    hash_key: str | None = field(default=None, repr=False)
    api_keys: str | None = field(default=None, repr=False)
    api_keys_file: str | None = None
    jwks: str | None = field(default=None, repr=False)
    jwt_issuer: str | None = None
    jwt_audience: str | None = None
    rate_limit: str | None = None
    key: str | None = field(default=None, repr=False)
    metrics_port: int | None = None
    metrics_models: int = 100
    log_level: str = "warning"
    log_format: str | None = None
    s3: S3Settings = field(default_factory=S3Settings)

    @property
    def asks_callers(self) -> bool:
        """Whether not everybody may ask for everything, as often as it likes."""
        of_callers = (self.api_keys, self.api_keys_file, self.jwks, self.jwt_issuer, self.jwt_audience, self.rate_limit)
        return any(value is not None for value in of_callers)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings from a mapping such as `os.environ`.

        Raises
        ------
        SettingsError
            For an unknown name that begins with `LR_`, and for a value that cannot be used.
        """
        unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in VARIABLES)
        if unknown:
            raise SettingsError(f"unknown setting {', '.join(unknown)}; there are {', '.join(VARIABLES)}")
        given = {name: environment[name] for name in VARIABLES if environment.get(name)}
        values = {VARIABLES[name][0]: VARIABLES[name][1](name, value) for name, value in given.items()}
        return cls(s3=S3Settings.from_environment(environment), **values)  # type: ignore[arg-type]


def text(_name: str, value: str) -> str:
    """Take a value as it is."""
    return value


def url(name: str, value: str) -> str:
    """Read the URL of an HTTP server."""
    try:
        fits = (
            URL.fullmatch(value) is not None and urlsplit(value).port != 0
        )  # which also refuses one that is too large
    except ValueError:  # the port is none
        fits = False
    if not fits:
        raise SettingsError(
            f"{name} is not a URL such as http://broker.example/default, in ASCII and without user or password"
        )
    return value


def origins(name: str, value: str) -> tuple[str, ...]:
    """Read a list of origins as a browser writes them (RFC 6454, section 6.2), or `*`."""
    found = tuple(word.strip() for word in value.split(","))
    if found != ("*",) and not all(map(ORIGIN.fullmatch, found)):
        raise SettingsError(
            f"{name} is {value!r:.200}; expected * or origins such as https://app.example, with commas between and "
            f"without a path"
        )
    return found


def model_name(name: str, value: str) -> str:
    """Read the name of a model or an alias."""
    if not is_name(value):
        raise SettingsError(f"{name} is {value!r}; expected {NAME_RULE}")
    return value


def seconds(name: str, value: str) -> float:
    """Read a number of seconds, zero or more."""
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= LONGEST_S:
        raise SettingsError(f"{name} is {value!r:.60}; expected a number of seconds from 0 to {LONGEST_S}")
    return number


def positive_seconds(name: str, value: str) -> float:
    """Read a number of seconds above zero."""
    number = seconds(name, value)
    if number == 0:
        raise SettingsError(f"{name} is {value!r}; expected a number of seconds above 0")
    return number


def count(name: str, value: str) -> int:
    """Read a whole number, one or more."""
    if not (value.isascii() and value.isdigit() and len(value) <= COUNT_DIGITS and int(value)):
        raise SettingsError(
            f"{name} is {value!r:.60}; expected a whole number from 1, of at most {COUNT_DIGITS} digits"
        )
    return int(value)


def port(name: str, value: str) -> int:
    """Read a port."""
    if not (value.isascii() and value.isdigit() and len(value) <= COUNT_DIGITS and 0 < int(value) <= LAST_PORT):
        raise SettingsError(f"{name} is {value!r:.60}; expected a port from 1 to {LAST_PORT}")
    return int(value)


def most(name: str, value: str) -> int:
    """Read a whole number, zero or more."""
    return 0 if value == "0" else count(name, value)


def word(*words: str) -> Callable[[str, str], str]:
    """Return what reads one of some words, in whatever case of letters."""

    def read(name: str, value: str) -> str:
        if value.lower() not in words:
            raise SettingsError(f"{name} is {value!r:.60}; expected {', '.join(words)}")
        return value.lower()

    return read


VARIABLES = {
    "LR_STORE": ("store", text),
    "LR_MODEL": ("model", model_name),
    "LR_ALIAS": ("alias", model_name),
    "LR_MODEL_TTL_S": ("model_ttl_s", seconds),
    "LR_MODEL_MAX_STALE_S": ("model_max_stale_s", seconds),
    "LR_MODEL_CACHE": ("model_cache", count),
    "LR_STORE_TIMEOUT_S": ("store_timeout_s", positive_seconds),
    "LR_MAX_BODY_BYTES": ("max_body_bytes", count),
    "K_SINK": ("sink", url),
    "LR_NOTIFY_TOKEN": ("notify_token", text),
    "LR_CORS_ORIGINS": ("cors_origins", origins),
    "LR_HASH_KEY": ("hash_key", text),
    "LR_API_KEYS": ("api_keys", text),
    "LR_API_KEYS_FILE": ("api_keys_file", text),
    "LR_JWKS": ("jwks", text),
    "LR_JWT_ISSUER": ("jwt_issuer", text),
    "LR_JWT_AUDIENCE": ("jwt_audience", text),
    "LR_RATE_LIMIT": ("rate_limit", text),
    "LR_KEY": ("key", text),
    "LR_METRICS_PORT": ("metrics_port", port),
    "LR_METRICS_MODELS": ("metrics_models", most),
    "LR_LOG_LEVEL": ("log_level", word("debug", "info", "warning", "error")),
    "LR_LOG_FORMAT": ("log_format", word("json", "text")),
}
