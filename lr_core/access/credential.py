"""The credential of a request: where one may stand, and where none may."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from lr_core.errors import Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["credential", "is_token"]

KEY = "x-api-key"
LONGEST = 8192
"""Characters of a credential; what is longer is not even hashed."""
OF_A_QUERY = frozenset(
    {"access_token", "apikey", "api_key", "api-key", "authorization", "auth_token", "bearer", "id_token", "jwt", "key"}
    | {"token", "x-api-key", "x_api_key"}
)
"""Names under which credentials stand in a query, where every proxy on the way writes them down."""
MOST_FIELDS = 1000
DOTS = 2


def credential(headers: Mapping[str, str], query: str = "") -> str:
    """Return the key or the token that a request says.

    Parameters
    ----------
    headers
        By name in lower case.
    query
        As it came.

    Raises
    ------
    Unauthenticated
        There is none, or one stands in the query (RFC 9700, section 4.3.2).
    """
    if query and is_in(query):
        raise Unauthenticated(
            "expected a key or a token in a header, found one in the query, where proxies log it; take it for known"
        )
    said = headers.get(KEY) or bearer(headers.get("authorization", ""))
    if not said:
        raise Unauthenticated("expected an API key or a token: authorization: Bearer ..., or x-api-key: ...")
    if len(said) > LONGEST:
        raise Unauthenticated(f"expected a credential of at most {LONGEST} characters", is_wrong=True)
    return said


def bearer(authorization: str) -> str:
    """Return what stands behind `Bearer`, whose case does not matter (RFC 9110, section 11.1)."""
    scheme, _, said = authorization.partition(" ")
    return said.strip() if scheme.lower() == "bearer" else ""


def is_in(query: str) -> bool:
    """Tell whether a query has a field for a credential; one of too many fields is taken for such a query."""
    if query.count("&") > MOST_FIELDS:
        return True
    return any(name.strip().lower() in OF_A_QUERY for name, _ in parse_qsl(query, keep_blank_values=True))


def is_token(said: str) -> bool:
    """Tell whether a credential has the form of a signed token (RFC 7515, section 7.1)."""
    return said.count(".") == DOTS
