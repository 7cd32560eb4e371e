"""API keys: who made one keeps it, and a server knows its hash alone.

A key has 256 random bits, so its plain SHA-256 says nothing of it; what slows guessing is for passwords.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from typing import TYPE_CHECKING

from lr_core.access.caller import Caller
from lr_core.access.roles import ROLES, role_set
from lr_core.errors import SettingsError
from lr_core.names import NAME_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lr_core.settings import Settings

__all__ = ["ApiKey", "entry", "known", "new_key", "read_keys"]

PREFIX = "lr_"
"""So that a scan for secrets tells a key from other text."""
KEY_BYTES = 32
ENTRY = re.compile(rf"({NAME_PATTERN}):([a-z+]+):([0-9A-Fa-f]{{64}})", re.ASCII)
FORM = "name:role+role:sha256hex"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What a server keeps of a key.

    Attributes
    ----------
    digest
        SHA-256 of the key.
    """

    caller: Caller
    digest: bytes


def new_key() -> str:
    """Return a key that nobody has."""
    from secrets import token_urlsafe  # noqa: PLC0415  -- only who makes a key pays for it

    return PREFIX + token_urlsafe(KEY_BYTES)


def entry(name: str, roles: Iterable[str], key: str) -> str:
    """Return the line that `LR_API_KEYS` and its file take for a key."""
    return f"{name}:{'+'.join(roles)}:{sha256(key.encode()).hexdigest()}"


def read_keys(settings: Settings) -> tuple[ApiKey, ...]:
    """Read the keys that the settings name, from the variable and from the file.

    Raises
    ------
    SettingsError
        The file cannot be read, names no key, or an entry has another form; the entry is not quoted, for it may be a
        key that somebody has put where its hash belongs.
    """
    found: list[ApiKey] = []
    if settings.api_keys is not None:
        found += keys_of("LR_API_KEYS", settings.api_keys)
    if settings.api_keys_file is not None:
        found += keys_of("LR_API_KEYS_FILE", text_of(settings.api_keys_file))
    return tuple(found)


def text_of(path: str) -> str:
    """Return what a file of keys has, without its comments."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise SettingsError(f"LR_API_KEYS_FILE cannot be read: {type(error).__name__}") from error
    return "\n".join(line.partition("#")[0] for line in text.splitlines())


def keys_of(variable: str, text: str) -> list[ApiKey]:
    """Read entries, with commas or white space between."""
    words = text.replace(",", " ").split()
    if not words:
        raise SettingsError(f"{variable} names no key; unset it, or let `lr-sgd keys create` make one")
    return [read_entry(variable, place, word) for place, word in enumerate(words, 1)]


def read_entry(variable: str, place: int, word: str) -> ApiKey:
    """Read one entry."""
    parts = ENTRY.fullmatch(word)
    roles = role_set(parts[2].split("+")) if parts else None
    if parts is None or roles is None:
        raise SettingsError(
            f"{variable}: entry {place} is not of the form {FORM}, with roles among {', '.join(ROLES)}; "
            f"`lr-sgd keys create` prints one"
        )
    return ApiKey(Caller(f"key {parts[1]}", roles), bytes.fromhex(parts[3]))


def known(keys: Iterable[ApiKey], said: str) -> Caller | None:
    """Return whose key a text is, None for nobody's.

    All keys are looked at, each in constant time, so that how long it takes says nothing of how near a guess is.
    """
    digest = sha256(said.encode("latin-1", "replace")).digest()
    found: Caller | None = None
    for key in keys:
        if compare_digest(key.digest, digest):
            found = key.caller
    return found
