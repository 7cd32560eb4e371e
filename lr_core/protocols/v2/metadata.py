"""What a model takes and gives, as the protocol describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lr_core.protocols.v2.outputs import PREDICT

if TYPE_CHECKING:
    from lr_core.document import Document

__all__ = ["EXTENSIONS", "metadata"]

EXTENSIONS = ("binary_tensor_data",)
PLATFORM = "lr-sgd_json"
"""A project and the format that it reads models in, as the protocol names platforms."""


def metadata(document: Document) -> dict[str, Any]:
    """Describe a model: the version that answers, the matrix that it takes, the column that it gives.

    What columns of a table are private is said, so that a client does not quote them either.
    """
    names = document.feature_names
    parameters = {"feature_names": names} | ({"private": document.private} if document.private else {})
    matrix = {"name": "X", "datatype": "FP64", "shape": [-1, len(names)], "parameters": parameters}
    return {
        "name": document.model,
        "versions": [document.version],
        "platform": PLATFORM,
        "inputs": [matrix],
        "outputs": [{"name": PREDICT, "datatype": "FP64", "shape": [-1]}],
    }
