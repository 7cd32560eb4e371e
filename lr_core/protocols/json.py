"""JSON bodies that a client sends, read strictly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from lr_core import redaction
from lr_core.errors import InvalidInput, MalformedRequest

if TYPE_CHECKING:
    from types import UnionType

__all__ = ["read", "read_object", "shown", "spelled"]

SHOWN_CHARACTERS = 60


def read(body: bytes) -> Any:
    """Return what a body says.

    Raises
    ------
    MalformedRequest
        It is not UTF-8, not JSON (a literal NaN or Infinity is not), or nested too deeply.
    """
    try:
        return json.loads(body.decode(), parse_constant=refuse)
    except UnicodeDecodeError as error:
        raise MalformedRequest(f"the body is not UTF-8: byte {error.start} cannot be decoded") from error
    except json.JSONDecodeError as error:
        raise MalformedRequest(f"the body is not JSON: {error}") from error
    except (RecursionError, ValueError) as error:  # a whole number of more than 4300 digits is a ValueError
        raise MalformedRequest(
            "the body is not JSON that can be read: nested too deeply, or a number too long"
        ) from error


def read_object(body: bytes) -> dict[str, Any]:
    """Return the object that a body is.

    Raises
    ------
    MalformedRequest, InvalidInput
        It cannot be read, or is no object.
    """
    value = read(body)
    if not isinstance(value, dict):
        raise InvalidInput.at("", f"expected an object, found {shown(value)}")
    return value


def refuse(name: str) -> NoReturn:
    """Refuse what Python takes for a number and JSON does not."""
    raise MalformedRequest(f"the body is not JSON: {name} is not a number")


def shown(value: object) -> str:
    """Return what a client gave for a message, in ASCII and not too long; its kind alone where it is private."""
    return spelled(value) if redaction.present() is None else kind(value)


def spelled(value: object) -> str:
    """Return a value for a message, in ASCII and not too long, that is no secret: a name or a shape."""
    text = json.dumps(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


def kind(value: object) -> str:
    """Return what kind of JSON a value is."""
    return next((said for kinds, said in KINDS if isinstance(value, kinds)), "null")


KINDS: tuple[tuple[type | UnionType, str], ...] = (
    (str, "a string"),
    (bool, "true or false"),
    (int | float, "a number"),
    (list | tuple, "a list"),
    (dict, "an object"),
)
