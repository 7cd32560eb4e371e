"""Both functions behind one door, for a laptop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.http.message import json_response
from lr_core.http.predict import Predict

if TYPE_CHECKING:
    from lr_core.http.guard import Guard
    from lr_core.http.lines import Stream
    from lr_core.http.message import Request, Response
    from lr_core.http.notify import Notify
    from lr_core.http.train import Train
    from lr_core.settings import Settings
    from lr_core.store import Store

__all__ = ["Both"]

NOTIFICATIONS = "/notifications"
OF_TRAIN = frozenset({"/train", NOTIFICATIONS})


class Both:
    """Answers `/train` by train, `/notifications` by notify and everything else by predict.

    Parameters
    ----------
    store, settings
        As for the two; what reads tables is imported by the first training.
    """

    guard: Guard | None = None

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._predict = Predict(store, settings)
        self._train: Train | None = None
        self._notify: Notify | None = None

    def start(self) -> None:
        """Begin what predict begins."""
        self._predict.start()

    def answer(self, request: Request) -> Response:
        """Answer a request, however long it takes."""
        if request.path == "/openapi.json" and request.method in {"GET", "HEAD"}:
            return openapi()
        if request.path not in OF_TRAIN:
            return self._predict.answer(request)
        answer = self._notified(request) if request.path == NOTIFICATIONS else self._trainer().answer(request)
        self._predict.forget()  # who trains here and predicts here expects the new model
        return answer

    def _notified(self, request: Request) -> Response:
        """Let notify answer, which trains in place where there is no sink."""
        if self._notify is None:
            from lr_core.http.notify import Notify  # noqa: PLC0415  -- only who is notified pays for it

            self._notify = Notify(self._settings, self._trainer().events.answer)
        return self._notify.answer(request)

    def _trainer(self) -> Train:
        """Return train, which keeps what it has learned."""
        if self._train is None:
            from lr_core.http.train import Train  # noqa: PLC0415  -- numpy and pyarrow would cost half a second at start

            self._train = Train(self._store, self._settings)
        return self._train

    def answer_now(self, request: Request) -> Response | None:
        """Answer a request at once, or return None."""
        if request.path == "/openapi.json" or request.path in OF_TRAIN:
            return None
        return self._predict.answer_now(request)

    def begin(self, request: Request) -> Stream | Response | None:
        """Begin to answer a body of lines, or return None where there are none."""
        return None if request.path in OF_TRAIN else self._predict.begin(request)


def openapi() -> Response:
    """Answer with one description of the routes of both."""
    from lr_core.http.openapi.notify import NOTIFY  # noqa: PLC0415  -- only who asks for it pays for it
    from lr_core.http.openapi.parts import merged  # noqa: PLC0415
    from lr_core.http.openapi.predict import PREDICT  # noqa: PLC0415
    from lr_core.http.openapi.train import TRAIN  # noqa: PLC0415

    return json_response(merged(PREDICT, TRAIN, NOTIFY))
