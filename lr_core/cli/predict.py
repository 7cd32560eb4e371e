"""`lr-sgd predict`: rows of a file in, one prediction a line out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lr_core.cli import options as given
from lr_core.cli.rows import opened, pieces, rows_of
from lr_core.loading import load
from lr_core.protocols.lines.reader import Reader

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from lr_core.settings import Settings

__all__ = ["predict"]


def predict(options: Namespace, settings: Settings) -> None:
    """Print one prediction a row, as the shortest decimal that reads back bit for bit."""
    for values in by_store(options, settings):
        print("".join(f"{value!r}\n" for value in values), end="", flush=True)


def by_store(options: Namespace, settings: Settings) -> Iterator[Sequence[float]]:
    """Yield predictions by the model in the store, as the rows come."""
    model = load(given.opened(options, settings), given.model_name(options, settings), settings.alias)
    with opened(options.rows) as source:
        reader = Reader(model, rows_of(source, model.feature_names))
        for piece in pieces(source):
            yield reader.feed(piece)
        yield reader.end()
