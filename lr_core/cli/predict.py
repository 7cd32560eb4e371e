"""`lr-sgd predict`: rows of a file in, one prediction a line out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from lr_core.cli import options as given
from lr_core.errors import Fault, InvalidInput, MalformedRequest
from lr_core.loading import load
from lr_core.protocols.lines.formats import FORMATS
from lr_core.protocols.lines.reader import Reader
from lr_core.protocols.media import CSV, JSON_LINES

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator
    from io import BufferedReader

    from lr_core.model import LinearModel
    from lr_core.settings import Settings

__all__ = ["predict"]

PIECE_BYTES = 1 << 16


def predict(options: Namespace, settings: Settings) -> None:
    """Print one prediction a row, as the shortest decimal that reads back bit for bit."""
    model = load(given.opened(options, settings), given.model_name(options, settings), settings.alias)
    is_piped = options.rows == "-"
    source = cast("BufferedReader", sys.stdin.buffer) if is_piped else Path(options.rows).open("rb")  # noqa: SIM115
    with source:
        try:
            for values in predictions(model, source):
                print("".join(f"{value!r}\n" for value in values), end="", flush=True)
        except (InvalidInput, MalformedRequest) as error:
            raise InvalidInput(in_file(options.rows, error)) from error


def predictions(model: LinearModel, source: BufferedReader) -> Iterator[list[float]]:
    """Yield predictions as the rows come; what begins with `{` or `[` is JSON lines, all else CSV."""
    begin = source.peek(PIECE_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip(b" \t")
    kind = JSON_LINES[0] if begin.startswith((b"{", b"[")) else CSV
    reader = Reader(model, FORMATS[kind].rows(model.feature_names))
    while piece := source.read1(PIECE_BYTES):
        yield reader.feed(piece)
    yield reader.end()


def in_file(name: str, error: InvalidInput | MalformedRequest) -> Iterator[Fault]:
    """Yield the faults of lines as those of a file."""
    faults = error.faults if isinstance(error, InvalidInput) else (Fault(str(error)),)
    for fault in faults:
        yield Fault(f"{name}{', ' if fault.detail.startswith('line ') else ': '}{fault.detail}")
