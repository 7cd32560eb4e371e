"""Pseudonyms: what stands for a cell that names somebody, the same wherever the same key is."""

from __future__ import annotations

import hmac

__all__ = ["pseudonym"]

DIGITS = 16
"""Hexadecimal: 64 bits, so that among a million people two have the same by a chance of one in 37 million."""


def pseudonym(key: str, cell: str) -> str:
    """Return the first 16 hexadecimal digits of HMAC-SHA256 (RFC 2104) over a cell without the blanks around it.

    Who does not have the key can neither compute it nor try names out; who has it finds a person by
    `printf %s NAME | openssl dgst -sha256 -hmac KEY`.
    """
    text = cell.strip().encode(errors="surrogateescape")
    return hmac.digest(key.encode(), text, "sha256").hex()[:DIGITS]
