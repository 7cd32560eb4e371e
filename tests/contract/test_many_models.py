"""One process for all models of a bucket: what it costs in memory, and in reads.

The heavy proof (`make test-heavy`) has more models, the long one (`make soak`) a hundred thousand.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lr_core.store import open_store
from tests.contract.conftest import started
from tests.documents import publish
from tests.soak import as_deep

N_MODELS = as_deep(light=1_000, heavy=3_000, soak=100_000)
N_ASKED = as_deep(light=250, heavy=1_000, soak=5_000)
LIMIT_KB = 80_000
BODY = b'{"instances": [[0.5]]}'
JSON = {"content-type": "application/json"}


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    """Fill a bucket with models that differ by their names."""
    publish(open_store(tmp_path.as_uri()), model="m")
    data = (tmp_path / "models/m/aliases/latest.json").read_bytes()
    for number in range(N_MODELS):
        folder = tmp_path / f"models/m{number}/aliases"
        folder.mkdir(parents=True)
        (folder / "latest.json").write_bytes(data.replace(b'"model":"m"', b'"model":"m%d"' % number))
    return tmp_path


def peak_kb(pid: int) -> int:
    """Return the most memory that a process has had so far."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


@pytest.mark.deeper
def test_one_process_serves_all_models_of_a_bucket_in_little_memory(bucket: Path) -> None:
    with started("image", "predict", bucket.as_uri(), LR_MODEL_CACHE="100") as (client, pid):
        for number in range(0, N_MODELS, N_MODELS // N_ASKED):
            answer = client.post(f"/v1/models/m{number}:predict", content=BODY, headers=JSON)
            assert (answer.status_code, answer.json()) == (200, {"predictions": [0.5]}), number
        assert len(client.get("/v1/models").json()["models"]) == N_MODELS + 1
        assert peak_kb(pid) < LIMIT_KB
