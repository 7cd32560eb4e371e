"""Keys: the one place that knows where an object stands in the bucket."""

from __future__ import annotations

from hashlib import sha256

from lr_core.data.suffix import is_table as has_table_suffix
from lr_core.names import is_name

__all__ = [
    "CLOCK",
    "DATA",
    "LATEST",
    "LETTERS",
    "MODELS",
    "VERSION_DIGITS",
    "VERSION_PARTS",
    "alias_key",
    "alias_prefix",
    "data_prefix",
    "forgotten_key",
    "forgotten_prefix",
    "history_generation",
    "history_key",
    "history_prefix",
    "is_table",
    "is_version",
    "model_of",
    "statistic_key",
    "statistics_prefix",
    "version_key",
    "version_of",
    "version_prefix",
]

LATEST = "latest"
"""The alias that training moves."""

MODELS = "models/"
DATA = "data/"
LETTERS = "dead-letters/"
CLOCK = "statistics/_clock.json"
"""Where a round of all models that was cut short goes on; no model has a name like this."""

VERSION_PARTS = ("lineage.json", "inference.json", "model.json")
"""The objects of a version, in the order in which they are created; the last one is the commit mark."""

VERSION_DIGITS = 12
HEX = frozenset("0123456789abcdef")


def data_prefix(model: str) -> str:
    """Return what the keys of a model's tables begin with."""
    return f"{DATA}{model}/"


def model_of(key: str) -> str | None:
    """Return the model whose table a key is; None where it is none."""
    model = key.removeprefix(DATA).partition("/")[0]
    return model if key.startswith(data_prefix(model)) and is_name(model) and is_table(model, key) else None


def is_table(model: str, key: str) -> bool:
    """Tell whether a key under a model's prefix names a table; what begins with `.` or `_` does not."""
    name = key.removeprefix(data_prefix(model))
    return has_table_suffix(name) and not name.startswith((".", "_"))


def version_prefix(model: str) -> str:
    """Return what the keys of a model's versions begin with."""
    return f"{MODELS}{model}/versions/"


def version_of(digest: str) -> str:
    """Return the version that a digest names: its first twelve digits."""
    return digest[:VERSION_DIGITS]


def is_version(name: str) -> bool:
    """Tell whether a name is a version's: twelve hex digits, and not a generation."""
    return len(name) == VERSION_DIGITS and set(name) <= HEX


def version_key(model: str, version: str, part: str) -> str:
    """Return the key of one of a version's objects."""
    return f"{version_prefix(model)}{version}/{part}"


def alias_prefix(model: str) -> str:
    """Return what the keys of a model's aliases begin with."""
    return f"{MODELS}{model}/aliases/"


def alias_key(model: str, alias: str) -> str:
    """Return the key of an alias, the one object that changes."""
    return f"{alias_prefix(model)}{alias}.json"


def history_prefix(model: str, alias: str) -> str:
    """Return what the keys of an alias's past begin with."""
    return f"{MODELS}{model}/history/{alias}/"


def history_key(model: str, alias: str, generation: int) -> str:
    """Return the key of what an alias was in one generation."""
    return f"{history_prefix(model, alias)}{generation:012d}.json"


def history_generation(key: str) -> int:
    """Return the generation that a key of the past stands for; -1 where it is none."""
    stem = key.rsplit("/", 1)[-1].removesuffix(".json")
    return int(stem) if stem.isascii() and stem.isdigit() else -1


def forgotten_prefix(model: str) -> str:
    """Return what the keys of the marks of a model's forgotten tables begin with."""
    return f"{MODELS}{model}/forgotten/"


def forgotten_key(model: str, table: str) -> str:
    """Return the key of the mark of a table that was forgotten."""
    return f"{forgotten_prefix(model)}{sha256(table.encode()).hexdigest()}.json"


def statistics_prefix(model: str) -> str:
    """Return what the keys of all that is derived from a model's tables begin with."""
    return f"statistics/{model}/"


def statistic_key(model: str, name: str) -> str:
    """Return the key of something derived, by its name."""
    return f"{statistics_prefix(model)}{name}.json"
