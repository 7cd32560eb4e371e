"""Large bodies of JSON in their plainest form: their numbers are read at once, into one array of doubles.

The parser checks that they are JSON and rounds each number to the nearest double; what it does not take, or is not in
that form, be it right or wrong, is left to who reads value by value. Nothing imports this module at the start.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import simdjson

__all__ = ["STAND_IN", "column", "matrix"]

INSTANCES = re.compile(rb'\s*\{\s*"instances"\s*:\s*(?=\[)')
DATA = re.compile(rb'"data"\s*:\s*(?=\[)')
OF_NUMBERS = b"0123456789.eE+- \t\r\n"
"""What numbers are written with, and the space between tokens; whatever else a text has is its skeleton."""
STAND_IN = uuid4().hex
"""What no client can write."""


def matrix(body: bytes, n_features: int) -> memoryview[float] | None:
    """Return the doubles of V1's instances, row by row; None where they are not lists of so many numbers, and alone.

    The parser flattens lists, so their form is compared with the one that fits, once the numbers are left out:
    `[[,],[,]]}` for two instances of two numbers. An instance that lacks a number would still look so, were it not for
    their count.
    """
    head = INSTANCES.match(body)
    doubles = parsed(body, "instances") if head else None
    if head is None or not doubles:
        return None
    n_rows, rest = divmod(len(doubles), n_features)
    row = b"[" + b"," * (n_features - 1) + b"]"
    skeleton = b"[" + (row + b",") * (n_rows - 1) + row + b"]}"
    return doubles if not rest and body[head.end() :].translate(None, OF_NUMBERS) == skeleton else None


def column(text: bytes) -> tuple[bytes, memoryview[float]] | None:
    """Return the doubles of the first flat `data` in a V2 request, and its text with `STAND_IN` in their place.

    Where the stand-in is found tells whose data they were.
    """
    head = DATA.search(text)
    if head is None:
        return None
    end = text.find(b"]", head.end()) + 1
    doubles = parsed(text[head.end() : end])
    if doubles is None:
        return None
    return b'%b"%b"%b' % (text[: head.end()], STAND_IN.encode(), text[end:]), doubles


def parsed(text: bytes, *names: str) -> memoryview[float] | None:
    """Return the doubles of an array, or of the one that a member is; None where there are other values."""
    try:
        array: Any = simdjson.Parser().parse(text)
        for name in names:
            array = array[name]
        return memoryview(array.as_buffer(of_type="d")).cast("B").cast("d")
    except (ValueError, TypeError, KeyError, AttributeError, RuntimeError):  # the last for an integer of over 64 bits
        return None
