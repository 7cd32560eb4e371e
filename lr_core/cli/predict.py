"""`lr-sgd predict`: rows of a file in, one prediction a line out."""

from __future__ import annotations

import csv
import io
import sys
from itertools import chain, islice
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from lr_core.cli import options as given
from lr_core.errors import Fault, InvalidInput, MalformedRequest
from lr_core.loading import load
from lr_core.protocols import json
from lr_core.protocols.rows import Row, named, positional, written_number

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from lr_core.model import LinearModel
    from lr_core.settings import Settings

__all__ = ["predict"]

Numbered = tuple[int, Row]
BATCH = 1000


def predict(options: Namespace, settings: Settings) -> None:
    """Print one prediction a row, as the shortest decimal that reads back bit for bit."""
    model = load(given.opened(options, settings), given.model_name(options, settings), settings.alias)
    source = sys.stdin.buffer if options.rows == "-" else Path(options.rows).open("rb")  # noqa: SIM115
    with source:
        rows = read(source, options.rows, model.feature_names)
        while batch := list(islice(rows, BATCH)):
            print("\n".join(map(repr, predictions(model, batch, options.rows))))


def predictions(model: LinearModel, batch: list[Numbered], name: str) -> list[float]:
    """Return predictions, having checked that each is a number."""
    values = model.predict(row for _, row in batch)
    for (line, _), value in zip(batch, values, strict=True):
        if not isfinite(value):
            raise InvalidInput([Fault(f"{name}, line {line}: the prediction is too large for a double")])
    return values


def read(source: BinaryIO, name: str, names: Sequence[str]) -> Iterator[Numbered]:
    """Read rows with their line numbers; what begins with `{` or `[` is JSON lines, all else CSV."""
    text = io.TextIOWrapper(source, encoding="utf-8-sig", newline="")
    try:
        first = text.readline()
        lines = chain([first], text)
        yield from json_lines(lines, name, names) if first.lstrip()[:1] in {"{", "["} else csv_rows(lines, name, names)
    except UnicodeDecodeError as error:
        raise InvalidInput(
            [Fault(f"{name}: expected UTF-8, found the byte 0x{error.object[error.start]:02x}")]
        ) from error
    except csv.Error as error:
        raise InvalidInput([Fault(f"{name}: expected CSV: {error}")]) from error


def json_lines(lines: Iterator[str], name: str, names: Sequence[str]) -> Iterator[Numbered]:
    """Read an object, or a list in the order of the features, from each line."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                value = json.read(line.encode())
            except MalformedRequest as error:
                raise InvalidInput([Fault(f"{name}, line {number}: expected JSON: {error}")]) from error
            yield number, checked(json_row, value, names, f"{name}, line {number}")


def csv_rows(lines: Iterator[str], name: str, names: Sequence[str]) -> Iterator[Numbered]:
    """Read the features' columns by name; other columns are passed over."""
    reader = csv.reader(lines, strict=True)
    header = [cell.strip() for cell in next(reader, [])]
    missing = [column for column in names if column not in header]
    if missing:
        raise InvalidInput([Fault(f"{name}: expected a header with {', '.join(missing)}, found {', '.join(header)}")])
    twice = [column for column in names if header.count(column) > 1]
    if twice:
        raise InvalidInput([Fault(f"{name}: expected unique names of columns, found {twice[0]!r} twice")])
    places = [header.index(column) for column in names]
    for cells in reader:
        if cells:
            where = f"{name}, line {reader.line_num}"
            if len(cells) != len(header):
                raise InvalidInput([Fault(f"{where}: expected {len(header)} cells, found {len(cells)}")])
            yield reader.line_num, checked(text_row, [cells[place] for place in places], names, where)


def json_row(value: Any, names: Sequence[str], faults: list[Fault]) -> Row:
    """Read a row from a JSON value."""
    if isinstance(value, dict):
        return named(value, names, (), faults)
    return positional(value if isinstance(value, list) else [value], names, (), faults)


def text_row(cells: Any, names: Sequence[str], faults: list[Fault]) -> Row:
    """Read a row from cells of text."""
    return positional(cells, names, (), faults, written_number)


def checked(read_row: Any, value: Any, names: Sequence[str], where: str) -> Row:
    """Return a row, or raise its faults with the place where it stands."""
    faults: list[Fault] = []
    row: Row = read_row(value, names, faults)
    if faults:
        raise InvalidInput(Fault(f"{where}: {fault.detail}") for fault in faults)
    return row
