"""Who issues tokens: its keys, read once, kept while it is away, read again for a key that is not among them."""

from __future__ import annotations

import logging
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

import msgspec

from lr_core.access.caller import NotYetKnown
from lr_core.errors import IssuerUnavailable, LrError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jwt import PyJWK

    Keys = Mapping[str, PyJWK]

__all__ = ["ALGORITHMS", "Issuer", "key_set"]

TTL_S = 300.0
"""After so long the keys are read again, beside the requests."""
PAUSE_S = 10.0
"""So long after an attempt there is no other one, whatever tokens come."""
NEVER = float("-inf")

ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)
"""What signs with a key that only the issuer has: no `none`, and no `HS256`, for which a public key is a secret."""

log = logging.getLogger(__name__)


class Issuer:
    """The keys of an issuer; safe to use from many threads.

    Parameters
    ----------
    read
        Returns the key set (RFC 7517, section 5); may take its time, and raises `IssuerUnavailable`.
    clock
        Seconds that only grow.
    """

    def __init__(self, read: Callable[[], bytes], clock: Callable[[], float] = monotonic) -> None:
        self._read, self._clock = read, clock
        self._keys: Keys | None = None
        self._asked_at = NEVER
        self._turn = Lock()

    def start(self) -> None:
        """Read the keys behind what else there is to do at a start; after any fork, which no thread outlives."""
        Thread(target=self._refresh, args=(NEVER,), daemon=True).start()

    def key(self, name: str | None, *, waits: bool) -> PyJWK | None:
        """Return a key by its id, the only one where a token names none; None where there is no such key.

        Parameters
        ----------
        waits
            Whether the caller may be kept waiting.

        Raises
        ------
        NotYetKnown
            The issuer has to be asked first, and the caller does not wait.
        IssuerUnavailable
            There are no keys yet: the issuer does not answer.
        """
        keys, asked_at = self._keys, self._asked_at
        has_paused = self._clock() - asked_at > PAUSE_S
        found = chosen(keys, name)
        if found is not None or not has_paused:
            self._refresh_behind(asked_at)
        else:
            if not waits:
                raise NotYetKnown
            self._refresh(asked_at)
            keys = self._keys
            found = chosen(keys, name)
        if keys is None:
            raise IssuerUnavailable("the issuer of tokens has not answered yet")
        return found

    def _refresh_behind(self, asked_at: float) -> None:
        """Read the keys again in a thread, once they are old."""
        if self._clock() - asked_at > TTL_S and not self._turn.locked():
            Thread(target=self._refresh, args=(asked_at,), daemon=True).start()

    def _refresh(self, asked_at: float) -> None:
        """Read the keys, unless somebody has since: who comes meanwhile waits. A failure leaves those there were."""
        with self._turn:
            if self._asked_at != asked_at:
                return
            try:
                self._keys = usable(key_set(self._read()))
            except LrError as error:
                log.warning("the keys of the issuer were not read: %s", error)
            except Exception:
                log.exception("the keys of the issuer were not read")
            finally:
                self._asked_at = self._clock()


def chosen(keys: Keys | None, name: str | None) -> PyJWK | None:
    """Return a key by its id; a token that names none means the only one."""
    if not keys:
        return None
    if name is None:
        return next(iter(keys.values())) if len(keys) == 1 else None
    return keys.get(name)


def key_set(data: bytes) -> list[dict[str, Any]]:
    """Read a key set, without looking into its keys.

    Raises
    ------
    IssuerUnavailable
        The bytes are none.
    """
    try:
        return msgspec.convert(msgspec.json.decode(data)["keys"], list[dict[str, Any]])
    except (msgspec.MsgspecError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise IssuerUnavailable("what was read is no key set (RFC 7517)") from error


def usable(found: list[dict[str, Any]]) -> Keys:
    """Return the keys that sign, by their ids; one that cannot be used is passed over (RFC 7517, section 5).

    Raises
    ------
    IssuerUnavailable
        There is none, which is a fault of the issuer, and locks nobody out who was in.
    """
    from jwt import PyJWK  # noqa: PLC0415  -- with `cryptography`, which only who takes tokens loads, and in a thread
    from jwt.exceptions import PyJWTError  # noqa: PLC0415

    keys: dict[str, PyJWK] = {}
    for place, each in enumerate(found):
        try:
            key = PyJWK(each)
        except (PyJWTError, TypeError, ValueError, AttributeError, NotImplementedError):
            continue
        if key.algorithm_name in ALGORITHMS and each.get("use", "sig") == "sig":
            keys[str(each.get("kid", f"#{place}"))] = key
    if not keys:
        raise IssuerUnavailable("the key set has no key that can verify a token")
    return keys
