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
    answers = by_server(options, settings) if options.stream else by_store(options, settings)
    for values in answers:
        print("".join(f"{value!r}\n" for value in values), end="", flush=True)


def by_store(options: Namespace, settings: Settings) -> Iterator[Sequence[float]]:
    """Yield predictions by the model in the store, as the rows come."""
    model = load(given.opened(options, settings), given.model_name(options, settings), settings.alias)
    with opened(options.rows) as source:
        reader = Reader(model, rows_of(source, model.feature_names))
        for piece in pieces(source):
            yield reader.feed(piece)
        yield reader.end()


def by_server(options: Namespace, settings: Settings) -> Iterator[Sequence[float]]:
    """Yield predictions by a server."""
    from lr_core.cli.stream import streamed  # noqa: PLC0415  -- only who asks for it pays for gRPC
    from lr_core.grpc.client import Client  # noqa: PLC0415

    with opened(options.rows) as source, Client(options.stream, options.authority, settings.key) as client:
        yield from streamed(client, given.model_name(options, settings), options.rows, source)
