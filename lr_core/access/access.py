"""What every door asks: whether this caller may ask for this, now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.access.credential import credential, is_token
from lr_core.access.keys import known, read_keys
from lr_core.access.roles import OPEN, require
from lr_core.errors import SettingsError, Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lr_core.access.caller import Caller
    from lr_core.access.keys import ApiKey
    from lr_core.access.limiter import Limiter
    from lr_core.access.tokens import Tokens
    from lr_core.settings import Settings

__all__ = ["Access", "access_of"]


class Access:
    """Knows callers, what they may do, and how often.

    Parameters
    ----------
    keys, tokens
        How callers are known; without either everybody may ask for everything, and is counted by its address.
    limiter
        Counts; None where nobody is kept from asking often.
    """

    def __init__(self, keys: tuple[ApiKey, ...], tokens: Tokens | None, limiter: Limiter | None) -> None:
        self._keys, self._tokens, self._limiter = keys, tokens, limiter
        self._is_closed = bool(keys) or tokens is not None

    def start(self) -> None:
        """Begin to fetch what will be needed, once the process is there that needs it."""
        if self._tokens is not None:
            self._tokens.start()

    def admit(
        self, need: str, headers: Mapping[str, str], query: str = "", address: str = "", *, waits: bool = True
    ) -> Caller | None:
        """Let a request in, and return who asks; None where nobody has to say.

        Parameters
        ----------
        need
            What the route needs, as `lr_core.access.roles` tells.
        headers
            By name in lower case; a call's metadata, where the door is one of gRPC.
        query
            As it came.
        address
            From where; what is not let in is counted by it.
        waits
            Whether the caller may be kept waiting for the issuer of tokens.

        Raises
        ------
        Unauthenticated
            Nobody knows the caller.
        Forbidden
            It has not the role.
        RateLimited
            It asks too often.
        IssuerUnavailable
            Whether a token is good cannot be told yet.
        NotYetKnown
            The same, and the caller does not wait; it may be asked for again, for nothing was counted.
        """
        if need == OPEN:
            return None
        if not self._is_closed:
            self._count(f"address {address}")
            return None
        try:
            caller = self._caller(credential(headers, query), waits=waits)
        except Unauthenticated:
            self._count(f"address {address}")
            raise
        self._count(caller.name)
        require(caller, need)
        return caller

    def _caller(self, said: str, *, waits: bool) -> Caller:
        """Return whose credential it is."""
        caller = known(self._keys, said)
        if caller is not None:
            return caller
        if self._tokens is not None and is_token(said):
            return self._tokens.caller(said, waits=waits)
        raise Unauthenticated("the key is nobody's", is_wrong=True)

    def _count(self, name: str) -> None:
        if self._limiter is not None:
            self._limiter.count(name)


def access_of(settings: Settings) -> Access:
    """Return what the settings ask of callers; where they ask for nothing, everybody may ask for everything.

    Raises
    ------
    SettingsError
        They cannot be used.
    """
    if settings.jwks is None and (settings.jwt_issuer or settings.jwt_audience):
        raise SettingsError("LR_JWT_ISSUER and LR_JWT_AUDIENCE want LR_JWKS, the keys that verify tokens")
    keys, tokens, limiter = read_keys(settings), None, None
    if settings.jwks is not None:
        from lr_core.access.fetching import issuer_of  # noqa: PLC0415  -- only who takes tokens pays for it
        from lr_core.access.tokens import Tokens  # noqa: PLC0415

        tokens = Tokens(issuer_of(settings.jwks), settings.jwt_issuer, settings.jwt_audience)
    if settings.rate_limit is not None:
        from lr_core.access.limiter import Limiter  # noqa: PLC0415  -- only who counts pays for it

        limiter = Limiter(settings.rate_limit)
    return Access(keys, tokens, limiter)
