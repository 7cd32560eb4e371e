"""The notebook of the evaluation, as git has it: the library's logic, and nothing of a run."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.contract.conftest import ROOT

NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=[path.name for path in NOTEBOOKS])
def cells(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    """Read the cells of a notebook."""
    found: list[dict[str, Any]] = json.loads(request.param.read_text())["cells"]
    return found


def test_a_notebook_in_git_has_no_outputs(cells: list[dict[str, Any]]) -> None:
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code
    assert not [cell for cell in code if cell["outputs"] or cell["execution_count"] or cell["metadata"]]


def test_a_notebook_imports_the_library_and_defines_no_solver(cells: list[dict[str, Any]]) -> None:
    code = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert "from lr_core.solvers import exact, sgd" in code
    assert "from lr_core.training.train import train" in code
    assert not [word for word in ("lstsq", "np.linalg.solve", "np.linalg.qr", "pinv") if word in code]
