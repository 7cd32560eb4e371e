"""Two models to infer with, and the way to ask them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lr_core import document
from lr_core.protocols.v2.infer import infer
from tests.documents import described

if TYPE_CHECKING:
    from lr_core.document import Document
    from lr_core.protocols.v2.outputs import Answer

__all__ = ["ONE", "TWO", "asked"]

ONE = document.decode(described("one", "1" * 64, coef=2.0, intercept=1.0))
TWO = msgspec.structs.replace(
    ONE, model="two", feature_names=["a", "b"], feature_means=[1.0, 2.0], coef=[0.1, -0.3], intercept=0.7
)


def asked(body: bytes, length: str | None = None, model: Document = TWO) -> Answer:
    """Ask a model by a body and, where binary data follow its JSON, the header that says so."""
    return infer(model, model.to_model(), body, length)
