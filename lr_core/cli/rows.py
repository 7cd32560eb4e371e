"""The file of rows that `lr-sgd predict` is given."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from lr_core.errors import Fault, InvalidInput, MalformedRequest
from lr_core.protocols.lines.formats import FORMATS
from lr_core.protocols.lines.redacted import redacted
from lr_core.protocols.media import CSV, JSON_LINES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from io import BufferedReader

    from lr_core.protocols.lines.records import Rows
    from lr_core.redaction import Redaction

__all__ = ["opened", "pieces", "rows_of"]

PIECE_BYTES = 1 << 16


@contextmanager
def opened(name: str) -> Iterator[BufferedReader]:
    """Open a file, or standard input for `-`; faults of its lines are named as the file's."""
    source = cast("BufferedReader", sys.stdin.buffer) if name == "-" else Path(name).open("rb")  # noqa: SIM115
    with source:
        try:
            yield source
        except (InvalidInput, MalformedRequest) as error:
            raise InvalidInput(in_file(name, error)) from error


def rows_of(source: BufferedReader, feature_names: Sequence[str], redaction: Redaction | None) -> Rows:
    """Return what reads a file's rows; what begins with `{` or `[` is JSON lines, all else CSV.

    Parameters
    ----------
    redaction
        What messages may quote; None for everything.
    """
    begin = source.peek(PIECE_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip(b" \t")
    kind = JSON_LINES[0] if begin.startswith((b"{", b"[")) else CSV
    return redacted(FORMATS[kind].rows(feature_names), redaction)


def pieces(source: BufferedReader) -> Iterator[bytes]:
    """Yield what there is to read, as it comes."""
    while piece := source.read1(PIECE_BYTES):
        yield piece


def in_file(name: str, error: InvalidInput | MalformedRequest) -> Iterator[Fault]:
    """Yield the faults of lines as those of a file."""
    faults = error.faults if isinstance(error, InvalidInput) else (Fault(str(error)),)
    for fault in faults:
        yield Fault(f"{name}{', ' if fault.detail.startswith('line ') else ': '}{fault.detail}")
