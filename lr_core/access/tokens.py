"""JWT bearer tokens (RFC 7519), verified by `PyJWT`, by the advice of RFC 8725."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256
from threading import Lock
from time import time
from typing import TYPE_CHECKING, Any

from lr_core.access.caller import Caller
from lr_core.access.issuer import ALGORITHMS
from lr_core.access.roles import ROLES
from lr_core.errors import Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jwt import PyJWK

    from lr_core.access.issuer import Issuer

__all__ = ["Tokens"]

LEEWAY_S = 1
"""How far the issuer's clock may be from this one."""
REMEMBERED_S = 60.0
MOST_REMEMBERED = 4096
LONGEST_NAME = 200
SCOPE = "lr:"


class Tokens:
    """Knows callers by their tokens; safe to use from many threads.

    A token that was verified is remembered for a minute, by its hash: verifying costs as much as many predictions.

    Parameters
    ----------
    issuer
        Whose keys verify.
    name, audience
        What the claims `iss` and `aud` have to be; None for any issuer, and for no audience at all (RFC 7519, section
        4.1.3: who is not an audience refuses tokens that name one).
    clock
        Seconds since the epoch.
    """

    def __init__(
        self, issuer: Issuer, name: str | None, audience: str | None, clock: Callable[[], float] = time
    ) -> None:
        self._issuer, self._name, self._audience, self._clock = issuer, name, audience, clock
        self._remembered: OrderedDict[bytes, tuple[Caller, float]] = OrderedDict()
        self._lock = Lock()

    def start(self) -> None:
        """Let the issuer's keys come, before the first token does."""
        self._issuer.start()

    def caller(self, token: str, *, waits: bool) -> Caller:
        """Return whose token it is.

        Raises
        ------
        Unauthenticated
            It is nobody's, or not one for here and now.
        NotYetKnown, IssuerUnavailable
            As `Issuer.key` says.
        """
        digest = sha256(token.encode("latin-1", "replace")).digest()
        found, until_s = self._remembered.get(digest, (None, 0.0))
        if found is not None and self._clock() < until_s:
            return found
        claims = self._claims(token, waits=waits)
        caller = Caller(f"token {subject(claims)}"[:LONGEST_NAME], roles_of(claims))
        self._remember(digest, caller, float(claims["exp"]))
        return caller

    def _claims(self, token: str, *, waits: bool) -> Mapping[str, Any]:
        """Return what a token claims, once its signature is verified."""
        import jwt  # noqa: PLC0415  -- with `cryptography`, which only who takes tokens loads

        try:
            name = key_name(jwt.get_unverified_header(token))
        except jwt.PyJWTError:
            raise wrong("expected a token that can be read") from None
        key = self._issuer.key(name, waits=waits)
        if key is None:
            raise wrong("expected a token signed by a key of the issuer")
        return self._verified(token, key)

    def _verified(self, token: str, key: PyJWK) -> Mapping[str, Any]:
        import jwt  # noqa: PLC0415  -- as above

        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self._audience,
                issuer=self._name,
                leeway=LEEWAY_S,
                options={"require": ["exp"], "verify_iat": False, "enforce_minimum_key_length": True},
            )
        except jwt.ExpiredSignatureError:
            raise wrong("the token has expired") from None
        except jwt.ImmatureSignatureError:
            raise wrong("the token is not valid yet") from None
        except jwt.InvalidAudienceError:
            raise wrong("the token is for another audience") from None
        except jwt.InvalidIssuerError:
            raise wrong("the token is from another issuer") from None
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
            raise wrong("expected a token signed by the issuer, with an end and for this audience") from None
        return claims

    def _remember(self, digest: bytes, caller: Caller, expires_at: float) -> None:
        until_s = min(self._clock() + REMEMBERED_S, expires_at)
        with self._lock:
            self._remembered[digest] = caller, until_s
            while len(self._remembered) > MOST_REMEMBERED:
                self._remembered.popitem(last=False)


def key_name(header: Mapping[str, Any]) -> str | None:
    """Return which key a token says that it is signed by.

    Raises
    ------
    Unauthenticated
        Its algorithm is none of those that are taken here, or it wants to be understood in a way that is not known
        (RFC 7515, section 4.1.11); nobody is asked for its key then.
    """
    name = header.get("kid")
    if str(header.get("alg")) not in ALGORITHMS or "crit" in header or not isinstance(name, str | None):
        raise wrong(f"expected a token signed by one of {', '.join(sorted(ALGORITHMS))}")
    return name


def subject(claims: Mapping[str, Any]) -> str:
    """Return whose requests a token's are counted under."""
    return str(claims.get("sub") or claims.get("client_id") or claims.get("azp") or "")


def roles_of(claims: Mapping[str, Any]) -> frozenset[str]:
    """Return the roles that a token's scopes name: `scope` (RFC 8693, section 4.2), or `scp`, as some issuers say."""
    said = claims.get("scope", claims.get("scp"))
    words = said.split() if isinstance(said, str) else said if isinstance(said, list) else []
    return frozenset(role for role in ROLES if SCOPE + role in words)


def wrong(detail: str) -> Unauthenticated:
    """Return the error of a token that does not count."""
    return Unauthenticated(detail, is_wrong=True)
