"""Train the tables of a model in one go, on a store in memory that knows nothing else, and print model.json.

This runs by itself in a pod of the train image, for the last bits of a model are those of a CPU and a build of numpy.
"""

from __future__ import annotations

import os
import sys

from lr_core.repository.keys import data_prefix
from lr_core.settings import Settings
from lr_core.store import open_store, store_of
from lr_core.training.request import TrainRequest
from lr_core.training.train import train


def model_in_one_go(model: str) -> bytes:
    """Return the document of what is in the bucket under a model's prefix."""
    bucket, memory = store_of(Settings.from_environment(os.environ)), open_store("memory://")
    for listed in bucket.list_objects(data_prefix(model)):
        memory.create(listed.key, bucket.get(listed.key).data)
    document = train(memory, TrainRequest(model, {"source": "in one go", "id": model})).alias.model_document
    assert document is not None
    return document


if __name__ == "__main__":
    sys.stdout.buffer.write(model_in_one_go(sys.argv[1]))
