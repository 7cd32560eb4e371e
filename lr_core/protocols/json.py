"""JSON bodies that a client sends, read strictly."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from lr_core.errors import InvalidInput, MalformedRequest

__all__ = ["read", "read_object", "shown"]

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
    """Return a value for a message, in ASCII and not too long."""
    text = json.dumps(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
