"""How many columns a training can take: what bounds its memory."""

from __future__ import annotations

from lr_core.errors import InvalidInput

__all__ = ["MOST_COLUMNS", "check_width"]

MOST_COLUMNS = 2048
"""Columns that a training reads, the target among them.

Memory grows with their square: the factor of one table takes 8 bytes a pair of columns, and reading, merging, solving
and describing together 18 times that (measured with 1,500 to 2,048 columns, one table and two). So at this bound it is
0.6 GB. With 0.13 GB for the libraries and as much for the blocks that pyarrow reads ahead, that leaves room for the
factors of a few more tables, 32 MiB each, in the 1 GiB of the pod that trains (`knative/train.yaml`).
"""

BYTES_A_PAIR = 144
"""18 doubles, as measured."""


def check_width(n_features: int, place: str = "") -> None:
    """Refuse more features than a training has memory for.

    Parameters
    ----------
    n_features
        How many there are to be, the target not among them.
    place
        What a message begins with: the key of a table that they are the columns of.

    Raises
    ------
    InvalidInput
        There are too many; with their number, what they would take, and what to do.
    """
    if n_features < MOST_COLUMNS:
        return
    gigabytes = (n_features + 1) ** 2 * BYTES_A_PAIR / 1e9
    raise InvalidInput.at(
        "/features",
        f"{place}expected at most {MOST_COLUMNS - 1:,} features, found {n_features:,}: training on them would take "
        f"about {gigabytes:,.1f} GB of memory; name those that count (a request's features, a command's --features)",
    )
