"""Both functions behind one door, for a laptop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.http.message import json_response
from lr_core.http.predict import Predict

if TYPE_CHECKING:
    from lr_core.http.message import Request, Response
    from lr_core.http.train import Train
    from lr_core.settings import Settings
    from lr_core.store import Store

__all__ = ["Both"]

OF_TRAIN = frozenset({"/train", "/notifications"})


class Both:
    """Answers `/train` by train and everything else by predict.

    Parameters
    ----------
    store, settings
        As for the two; what reads tables is imported by the first training.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._predict = Predict(store, settings)
        self._train: Train | None = None

    def answer(self, request: Request) -> Response:
        """Answer a request, however long it takes."""
        if request.path == "/openapi.json" and request.method in {"GET", "HEAD"}:
            return openapi()
        if request.path not in OF_TRAIN:
            return self._predict.answer(request)
        answer = self._trained(request)
        self._predict.forget()  # who trains here and predicts here expects the new model
        return answer

    def _trained(self, request: Request) -> Response:
        """Let train answer, which keeps what it has learned."""
        if self._train is None:
            from lr_core.http.train import Train  # noqa: PLC0415  -- numpy and pyarrow would cost half a second at start

            self._train = Train(self._store, self._settings)
        return self._train.answer(request)

    def answer_now(self, request: Request) -> Response | None:
        """Answer a request at once, or return None."""
        if request.path == "/openapi.json" or request.path in OF_TRAIN:
            return None
        return self._predict.answer_now(request)


def openapi() -> Response:
    """Answer with one description of the routes of both."""
    from lr_core.http.openapi.parts import merged  # noqa: PLC0415  -- only who asks for it pays for it
    from lr_core.http.openapi.predict import PREDICT  # noqa: PLC0415
    from lr_core.http.openapi.train import TRAIN  # noqa: PLC0415

    return json_response(merged(PREDICT, TRAIN))
