"""Rows of JSON lines: a list in the order of the features, an object by their names, or a number where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lr_core.errors import InvalidInput, MalformedRequest
from lr_core.protocols import json
from lr_core.protocols.lines.cells import MOST_FAULTS, at_line, row_of, text_of
from lr_core.protocols.rows import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lr_core.errors import Fault
    from lr_core.protocols.lines.cells import Numbered
    from lr_core.protocols.rows import Row

__all__ = ["JsonRows"]

NOT_JSON = "the body is not JSON: "


class JsonRows:
    """Reads an instance from each line; blank lines are passed over."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._lists: msgspec.json.Decoder[Row] | None = None
        self._objects: msgspec.json.Decoder[msgspec.Struct] | None = None

    def whole_records(self, lines: bytes, _before: int) -> bytes:
        """Return the lines: each is a record."""
        return lines

    def below_header(self, block: bytes, _before: int) -> bytes:
        """Return the block: there is no header."""
        return block

    def end(self, _before: int) -> None:
        """Accept any end."""

    def typed(self, block: bytes) -> Iterable[Row] | None:
        """Read lines that all hold lists, or all objects, or all numbers; None for all others."""
        block = block.replace(b"\r\n", b"\n").strip()
        try:
            if block.startswith(b"["):
                return self._typed_lists(block)
            if block.startswith(b"{"):
                return self._typed_objects(block)
            return self._typed_numbers(block)
        except (msgspec.DecodeError, RecursionError, ValueError):  # a name that no type can have is a ValueError
            return None

    def _typed_lists(self, block: bytes) -> Iterable[Row] | None:
        if self._lists is None:
            row: Any = tuple.__class_getitem__((float,) * len(self._names))
            self._lists = msgspec.json.Decoder(row)
        rows = self._lists.decode_lines(block)
        return rows if is_one_a_line(block, b"]\n[", len(rows)) else None

    def _typed_objects(self, block: bytes) -> Iterable[Row] | None:
        block.decode()  # the decoder below does not look into members that it passes over
        if self._objects is None:
            fields = {f"x{place}": name for place, name in enumerate(self._names)}
            self._objects = msgspec.json.Decoder(msgspec.defstruct("Row", [(x, float) for x in fields], rename=fields))
        rows = self._objects.decode_lines(block)
        return map(msgspec.structs.astuple, rows) if is_one_a_line(block, b"}\n{", len(rows)) else None

    def _typed_numbers(self, block: bytes) -> Iterable[Row] | None:
        if len(self._names) != 1 or b"\r" in block:
            return None
        values = msgspec.json.decode(b"[" + block.replace(b"\n", b",") + b"]", type=list[float])
        return [(value,) for value in values] if len(values) == block.count(b"\n") + 1 else None

    def read(self, block: bytes, before: int) -> list[Numbered]:
        """Read lines value by value.

        Raises
        ------
        MalformedRequest, InvalidInput
            They are not UTF-8, not JSON, or hold what is no row; with all faults.
        """
        text_of(block, before)
        faults: list[Fault] = []
        lines = enumerate(block.splitlines(), start=before + 1)
        rows = [(line, self._row(line, text, faults)) for line, text in lines if text.strip()]
        if faults:
            raise InvalidInput(faults[:MOST_FAULTS])
        return rows

    def _row(self, line: int, text: bytes, faults: list[Fault]) -> Row:
        """Read one line."""
        try:
            value = json.read(text)
        except MalformedRequest as error:
            faults.append(at_line(line, f"expected JSON: {str(error).removeprefix(NOT_JSON)}"))
            return ()
        if isinstance(value, dict):
            return self._named(line, value, faults)
        values = value if isinstance(value, list) else [value]
        if len(values) != len(self._names):
            wanted = f"{len(self._names)} numbers ({json.spelled(list(self._names))})"
            faults.append(at_line(line, f"expected {wanted}, found {len(values)}"))
            return ()
        return row_of(line, self._names, values, number, faults)

    def _named(self, line: int, value: dict[str, object], faults: list[Fault]) -> Row:
        """Read an object; other members are passed over, as other columns of a table are."""
        missing = [name for name in self._names if name not in value]
        if missing:
            faults += [at_line(line, f"expected the feature {json.spelled(name)}, found none") for name in missing]
            return ()
        return row_of(line, self._names, [value[name] for name in self._names], number, faults)


def is_one_a_line(block: bytes, between: bytes, n_values: int) -> bool:
    """Tell whether values of JSON stand a line each, which whoever reads several of them at once does not ask.

    A line's end that stands between the end of a value and the beginning of another is in no value: a comma would have
    to be there too.
    """
    return b"\r" not in block and block.count(between) == block.count(b"\n") == n_values - 1
