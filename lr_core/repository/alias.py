"""An alias: a name that moves, with all that a reader needs in one object."""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = ["Alias", "decode", "encode", "record"]

FORMAT = 1
NULL = msgspec.Raw(b"null")


class Alias(msgspec.Struct, frozen=True, kw_only=True):
    """What an alias is in one generation; the fields stand in the order in which they are written.

    Attributes
    ----------
    generation
        A number that only grows, so an alias never has the same bytes twice.
    version
        The version that it names; None where there is no data yet, or none any more.
    listing
        The digest of the tables and the recipe that the move saw.
    at
        When it moved: RFC 3339 in UTC, milliseconds.
    cause
        `source` and `id` of the event, request or command that moved it.
    recipe
        How `version` was trained and the next one will be; None in an alias that holds nothing yet.
    excluded, excluded_count
        The first hundred tables that were not learned, as `key` and `problem`, and the number of all.
    document
        The version's model document as it is stored, unread; JSON's null where there is none.
    """

    format: int = FORMAT
    generation: int = 0
    version: str | None = None
    listing: str | None = None
    at: str
    cause: dict[str, str]
    recipe: dict[str, Any] | None = None
    excluded: list[dict[str, Any]] = []
    excluded_count: int = 0
    document: msgspec.Raw = NULL

    @property
    def is_there(self) -> bool:
        """Tell whether the alias is there for readers: one without a recipe is not."""
        return self.recipe is not None

    @property
    def model_document(self) -> bytes | None:
        """The version's model document as it is stored, or None."""
        return None if self.document == NULL else bytes(self.document)


def encode(alias: Alias) -> bytes:
    """Return an alias as JSON."""
    return msgspec.json.encode(alias)


def decode(data: bytes) -> Alias:
    """Read an alias; fields that it does not know are of no meaning to it.

    Raises
    ------
    ValueError
        It is of a newer format, or no alias at all.
    """
    alias = DECODER.decode(data)
    if alias.format != FORMAT:
        raise ValueError(f"expected an alias of format {FORMAT}, found {alias.format}")
    return alias


def record(alias: Alias) -> bytes:
    """Return what history keeps of an alias; of one generation always the same bytes.

    No document, and of a table that was not learned no more than the kind of the problem: details quote cells, and a
    record outlives the forgetting of a table.
    """
    fields = {name: getattr(alias, name) for name in alias.__struct_fields__ if name != "document"}
    return msgspec.json.encode({**fields, "excluded": [kind_only(each) for each in alias.excluded]})


def kind_only(table: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of a table without its details."""
    problem = {name: value for name, value in table["problem"].items() if name in {"type", "title", "status"}}
    return {**table, "problem": problem}


DECODER = msgspec.json.Decoder(Alias)
