"""Names of models and aliases: what may stand in a URL, a key and a label."""

from __future__ import annotations

import re

__all__ = ["NAME_PATTERN", "NAME_RULE", "is_name"]

NAME_PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}"
NAME_RULE = "up to 63 letters, digits, '.', '_' and '-', a letter or digit first"

NAME = re.compile(NAME_PATTERN, re.ASCII)


def is_name(text: str) -> bool:
    """Tell whether a text can name a model or an alias."""
    return NAME.fullmatch(text) is not None
