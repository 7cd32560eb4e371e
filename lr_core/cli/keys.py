"""`lr-sgd keys`: API keys, and what a server keeps of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lr_core.access.keys import entry, new_key

if TYPE_CHECKING:
    from argparse import Namespace

    from lr_core.settings import Settings

__all__ = ["create"]


def create(options: Namespace, _settings: Settings) -> None:
    """Print a new key, which nobody can tell again, and the line that lets it in."""
    key, roles = new_key(), list(dict.fromkeys(options.role))
    line = entry(options.name or "-".join(roles), roles, key)
    if options.json:
        print(json.dumps({"key": key, "entry": line}))
    else:
        print(said(key, line))


def said(key: str, line: str) -> str:
    """Return both as a person reads them."""
    return f"""\
key    {key}
entry  {line}

The key is shown this once: who calls sends it as `authorization: Bearer KEY` or `x-api-key: KEY`.
The entry is for the server: in LR_API_KEYS, with commas between several, or as a line of LR_API_KEYS_FILE."""
