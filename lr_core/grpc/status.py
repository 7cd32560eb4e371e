"""An error as gRPC says it: a code and a text."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from grpc import StatusCode

from lr_core.errors import StoreUnavailable
from lr_core.http.problem import sentence
from lr_core.problem import problem

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["status"]

LONGEST_TEXT = 4000
"""A status travels in a header, and peers take 8 KiB of those."""

CODES: Mapping[int, StatusCode] = {
    400: StatusCode.INVALID_ARGUMENT,
    401: StatusCode.UNAUTHENTICATED,
    403: StatusCode.PERMISSION_DENIED,
    404: StatusCode.NOT_FOUND,
    410: StatusCode.NOT_FOUND,
    422: StatusCode.INVALID_ARGUMENT,
    429: StatusCode.RESOURCE_EXHAUSTED,
    503: StatusCode.UNAVAILABLE,
}
"""By the status of the problem that HTTP would answer with."""

PLACES = (
    (re.compile(r"/inputs/(\d+)/parameters/binary_data_size\b"), r"/raw_input_contents/\1"),
    (re.compile(r"/inputs/(\d+)/data\b"), r"/inputs/\1/contents"),
)
"""What REST's JSON has elsewhere than the messages."""

log = logging.getLogger(__name__)


def status(error: Exception) -> tuple[StatusCode, str]:
    """Return the code of an error, and all that a client may read of it.

    What is not one of this library's errors says nothing of itself: it is logged, and the code is INTERNAL.
    """
    if isinstance(error, StoreUnavailable):
        log.warning("%s", error)
    found = problem(error)
    return CODES.get(found["status"], StatusCode.INTERNAL), cut(placed(sentence(found)), len(found.get("errors", ())))


def placed(text: str) -> str:
    """Return a text that names the places of the messages."""
    for place, ours in PLACES:
        text = place.sub(ours, text)
    return text


def cut(text: str, n_faults: int) -> str:
    """Return a text in ASCII that is not too long; one that ends early says how many faults there are."""
    plain = text.encode("ascii", "backslashreplace").decode()
    return plain if len(plain) <= LONGEST_TEXT else f"{plain[:LONGEST_TEXT]} ... ({n_faults} faults)"
