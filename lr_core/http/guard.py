"""Access: a function around a function, which lets in who may ask.

A door asks `refuse` before it reads a body, and says of the request that it was let in; what was not asked for at a
door is asked for here, so no way leads around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lr_core.access.caller import NotYetKnown
from lr_core.access.roles import OPEN, PREDICT, TRAIN, routes
from lr_core.errors import RateLimited, TooManyEvents
from lr_core.http.problem import to_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from lr_core.access.access import Access
    from lr_core.http.asgi import Function
    from lr_core.http.lines import Stream
    from lr_core.http.message import Request, Response
    from lr_core.settings import Settings

__all__ = ["Guard", "guarded", "needs_of_both", "needs_of_notify"]

NOTIFICATIONS = "/notifications"


class Guard(Protocol):
    """What a door asks before it reads a body."""

    def refuse(self, request: Request, address: str) -> Response | None:
        """Return the answer to who may not ask, waiting for the issuer of tokens where it has to; None lets in.

        Parameters
        ----------
        address
            Where it comes from, as far as the door sees: of a client, or of the proxy before the door.
        """
        ...

    def refuse_now(self, request: Request, address: str) -> Response | None:
        """Return the same at once.

        Raises
        ------
        NotYetKnown
            It takes waiting.
        """
        ...


class Guarded:
    """A function that not everybody may ask.

    Parameters
    ----------
    needs
        From a path to what it needs, as `lr_core.access.roles` has it.
    """

    def __init__(self, function: Function, access: Access, needs: Callable[[str], str]) -> None:
        self._function, self._access, self._needs = function, access, needs
        self.guard: Guard | None = self

    def start(self) -> None:
        """Begin to fetch what will be needed to tell who asks, and what the function begins."""
        self._access.start()
        self._function.start()

    def answer(self, request: Request) -> Response:
        """Answer a request, however long it takes."""
        refused = None if request.is_admitted else self.refuse(request, "")
        return refused or self._function.answer(request)

    def answer_now(self, request: Request) -> Response | None:
        """Answer a request at once, or return None."""
        try:
            refused = None if request.is_admitted else self.refuse_now(request, "")
        except NotYetKnown:
            return None
        return refused or self._function.answer_now(request)

    def begin(self, request: Request) -> Stream | Response | None:
        """Begin to answer a request of lines; None where its body is read as a whole."""
        refused = None if request.is_admitted else self.refuse(request, "")
        return refused or self._function.begin(request)

    def refuse(self, request: Request, address: str) -> Response | None:
        """Return the answer to who may not ask; None lets in."""
        return self._refused(request, address, waits=True)

    def refuse_now(self, request: Request, address: str) -> Response | None:
        """Return the same at once, or raise `NotYetKnown`."""
        return self._refused(request, address, waits=False)

    def _refused(self, request: Request, address: str, *, waits: bool) -> Response | None:
        need = self._needs(request.path)
        try:
            self._access.admit(need, request.headers, request.query, address, waits=waits)
        except NotYetKnown:
            raise
        except RateLimited as error:
            is_of_events = need == TRAIN and carries_event(request)
            return to_response(TooManyEvents(error.retry_after_s) if is_of_events else error, request.path)
        except Exception as error:  # noqa: BLE001  -- whatever keeps a caller out, it learns it
            return to_response(error, request.path)
        return None


def carries_event(request: Request) -> bool:
    """Tell whether a request comes from who sends events, and again what is answered 503, but not 429."""
    from lr_core.events.binding import is_event  # noqa: PLC0415  -- which train has loaded, and predict never does

    return request.path == NOTIFICATIONS or is_event(request.headers)


def guarded(function: Function, settings: Settings, needs: Callable[[str], str]) -> Function:
    """Return a function as the settings let callers ask it; where they say nothing, as it is."""
    if not settings.asks_callers:
        return function
    from lr_core.access.access import access_of  # noqa: PLC0415  -- only who asks callers pays for it

    return Guarded(function, access_of(settings), needs)


def needs_of_notify(settings: Settings) -> Callable[[str], str]:
    """Return what the routes of notify need: nothing here where it asks for a token of its own."""
    return routes(TRAIN, {NOTIFICATIONS: OPEN if settings.notify_token else TRAIN}.items())


def needs_of_both(settings: Settings) -> Callable[[str], str]:
    """Return what the routes need that both functions have behind one door."""
    of_notify = needs_of_notify(settings)
    return routes(PREDICT, {path: of_notify(path) for path in ("/train", NOTIFICATIONS)}.items())
