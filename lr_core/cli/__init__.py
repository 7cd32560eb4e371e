"""The command `lr-sgd`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from lr_core.cli.parser import parse
from lr_core.cli.progress import progress
from lr_core.errors import InvalidInput, LrError
from lr_core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit: 0, 1 for a failure that one line explains, 2 for wrong usage."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        options.run(options, Settings.from_environment(os.environ))
    except KeyboardInterrupt:
        progress("")
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # a reader that left wants no more, and no trace
        sys.exit(1)
    except (LrError, OSError) as error:
        progress("")
        sys.exit(f"lr-sgd: error: {explained(error)}")


def explained(error: Exception) -> str:
    """Return a failure as text for a person: one line, and a line for each further fault of an input."""
    if isinstance(error, InvalidInput):
        return "\n  ".join(fault.detail for fault in error.faults)
    return str(error)
