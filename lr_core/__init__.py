"""Linear regression as a serverless service: the library behind the functions and the command.

Importing this package loads nothing else; each name is loaded when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lr_core.loading import load as load
    from lr_core.model import LinearModel as LinearModel

__version__ = "2.0.0"
__all__ = ["LinearModel", "__version__", "load"]

HOMES = {"LinearModel": "lr_core.model", "load": "lr_core.loading"}


def __getattr__(name: str) -> object:
    """Load a public name from its module (PEP 562)."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return __all__
